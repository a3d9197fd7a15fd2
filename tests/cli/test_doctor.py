"""What is installed, what is missing, and how to get it."""

from __future__ import annotations

import json
import re
import tomllib
from pathlib import Path

import pytest
from click.testing import CliRunner

from allocopt import installation
from allocopt.cli import main
from allocopt.installation import EXTRAS, LIBRARIES, Part, State, inspect_installation

PROJECT = tomllib.loads((Path(__file__).parents[2] / "pyproject.toml").read_text(encoding="utf-8"))[
    "project"
]


def names(requirements: list[str]) -> list[str]:
    return [re.split(r"[<>=\[]", requirement)[0] for requirement in requirements]


def test_doctor_looks_for_every_dependency_and_extra() -> None:
    assert list(LIBRARIES) == names(PROJECT["dependencies"])
    extras = {extra: names(lines) for extra, lines in PROJECT["optional-dependencies"].items()}
    extras.pop("all")
    assert {extra for extra, _, _ in EXTRAS} == set(extras)
    # One package tells whether the others of its extra are there.
    assert [package for extra, package, _ in EXTRAS if package not in extras[extra]] == []


def test_sound_installation_solves_its_smallest_scenario() -> None:
    done = CliRunner().invoke(main, ["doctor", "--json"], catch_exceptions=False)
    parts = {part["name"]: part for part in json.loads(done.stdout)}
    assert done.exit_code == 0
    assert parts["solver"]["state"] == "ok"
    assert parts["pandas"]["detail"].startswith("3.")


def test_missing_library_is_a_fault_and_missing_extra_is_not(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(installation, "_solver", lambda: Part("solver", State.OK, ""))
    monkeypatch.setattr(installation, "_installed", lambda _: "")
    states = {part.name: part.state for part in inspect_installation()}
    assert states["pandas"] is State.FAULT
    assert states["extra parquet"] is State.MISSING
    done = CliRunner().invoke(main, ["doctor"])
    assert done.exit_code == 1
    assert 'pip install "allocopt[pg]"' in done.stderr


def test_machine_without_a_chinese_font_is_told_how_to_get_one(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    tool = tmp_path / "fc-list"  # knows no font at all
    tool.write_text("#!/bin/sh\n", encoding="utf-8")
    tool.chmod(0o755)
    monkeypatch.setattr(installation.shutil, "which", lambda _: str(tool))
    part = installation._fonts()
    assert part.state is State.MISSING
    assert "fonts-noto-cjk" in part.mend
