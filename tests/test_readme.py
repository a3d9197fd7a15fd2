"""What the pages tell people to type exists, and the places they point at are there."""

from __future__ import annotations

import re
import shlex
from collections.abc import Iterator
from pathlib import Path

import click
import pytest

from allocopt.cli import main
from allocopt.cli.options import PlanFolder

ROOT = Path(__file__).parents[1]
PAGES = [ROOT / "README.md", ROOT / "CONTRIBUTING.md", *sorted((ROOT / "docs").glob("*.md"))]
PAGES += sorted((ROOT / "scenarios").glob("*/README.md"))


def command_lines(page: Path) -> Iterator[list[str]]:
    """Words of each indented line or table cell that begins with `allocopt`."""
    text = page.read_text(encoding="utf-8")
    indented = re.findall(r"^ {4}(allocopt .*)$", text, re.MULTILINE)
    for line in indented:
        yield shlex.split(line, comments=True)[1:]


def synopses(page: Path) -> Iterator[list[str]]:
    """Words of each command in backquotes, such as `allocopt init DIR [--example NAME]`."""
    for line in re.findall(r"`allocopt ([^`]+)`", page.read_text(encoding="utf-8")):
        yield line.replace("[", " ").replace("]", " ").replace("…", " ").split()


def command_of(words: list[str]) -> tuple[click.Command, list[str]]:
    """The command that words begin with, which may be one of a group, and the words after it."""
    command, rest = main.commands[words[0]], words[1:]
    while isinstance(command, click.Group) and rest:
        command, rest = command.commands[rest[0]], rest[1:]
    return command, rest


def all_commands(group: click.Group) -> Iterator[tuple[str, click.Command]]:
    """Every command with its name, those of groups too."""
    for name, command in group.commands.items():
        if isinstance(command, click.Group):
            yield from ((f"{name} {below}", own) for below, own in all_commands(command))
        else:
            yield name, command


def is_written(word: str) -> bool:
    """Whether a word names a file that a command writes."""
    return Path(word).suffix in {".csv", ".html", ".svg"}


@pytest.mark.parametrize("page", PAGES, ids=lambda page: str(page.relative_to(ROOT)))
def test_command_lines_parse(page: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    for words in command_lines(page):
        command, rest = command_of(words)
        of_plans = any(isinstance(param.type, PlanFolder) for param in command.params)
        # Folders that a reader makes on the way stand here as they would there.
        for word in rest:
            if "=" not in word and not word.startswith("-") and not is_written(word):
                (tmp_path / word).mkdir(parents=True, exist_ok=True)
                if of_plans:
                    (tmp_path / word / "plan.json").touch()
        command.make_context(words[0], rest)  # raises a usage error when it does not parse


@pytest.mark.parametrize("page", PAGES, ids=lambda page: str(page.relative_to(ROOT)))
def test_commands_and_options_in_the_text_exist(page: Path) -> None:
    for words in synopses(page):
        if words[0].startswith("-"):
            continue
        options = {option for p in command_of(words)[0].params for option in p.opts}
        assert {word for word in words if word.startswith("--")} <= {*options, "--help"}


def test_readme_lists_every_command() -> None:
    listed = {words[0] for words in synopses(ROOT / "README.md")}
    assert set(main.commands) <= listed


def test_pages_tell_every_command_of_a_group() -> None:
    lines = (words for page in PAGES for words in (*synopses(page), *command_lines(page)))
    told = {" ".join(words[:2]) for words in lines}
    assert {name for name, _ in all_commands(main) if " " in name} <= told


def test_readme_tells_every_exit_code() -> None:
    from allocopt.cli.failures import Exit

    text = (ROOT / "README.md").read_text(encoding="utf-8")
    assert [code for code in Exit if not re.search(rf"\b{code.value} \w", text)] == []


def test_two_commands_stand_in_the_first_screen() -> None:
    screen = (ROOT / "README.md").read_text(encoding="utf-8").splitlines()[:24]
    assert "    python3 dev.py demo" in screen
    assert "    python3 dev.py test" in screen


@pytest.mark.parametrize("page", PAGES, ids=lambda page: str(page.relative_to(ROOT)))
def test_links_lead_somewhere(page: Path) -> None:
    targets = re.findall(r"\]\(([^)#:]+)\)", page.read_text(encoding="utf-8"))
    assert [target for target in targets if not (page.parent / target).exists()] == []


def test_every_option_has_a_help_text() -> None:
    silent = [
        f"{name} {option.opts[0]}"
        for name, command in all_commands(main)
        for option in command.params
        if isinstance(option, click.Option) and not option.help
    ]
    assert silent == []


def test_changelog_has_the_version_of_the_project() -> None:
    project = (ROOT / "pyproject.toml").read_text(encoding="utf-8")
    version = re.search(r'^version = "(.+)"$', project, re.MULTILINE)
    assert version is not None
    assert f"## {version[1]} " in (ROOT / "CHANGELOG.md").read_text(encoding="utf-8")
