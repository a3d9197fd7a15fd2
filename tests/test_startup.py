"""What answers at once does not import what is slow to import."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

SLOW = ("numpy", "pandas", "pyomo", "sklearn", "scipy", "highspy", "sqlalchemy", "jinja2", "rich")

PROBE = """
import sys
try:
    from allocopt.cli import main
    main(sys.argv[1:], prog_name="allocopt")
finally:
    print("imported", *sorted({name.partition(".")[0] for name in sys.modules}), file=sys.stderr)
"""


def run(*arguments: str, **environment: str) -> tuple[int, str, str, set[str]]:
    """Exit code, stdout, stderr and the packages that were imported."""
    done = subprocess.run(
        [sys.executable, "-c", PROBE, *arguments],
        capture_output=True,
        text=True,
        encoding="utf-8",
        check=False,
        env={"PYTHONPATH": ":".join(filter(None, sys.path)), "PATH": "", **environment},
    )
    talk, _, names = done.stderr.rpartition("imported ")
    return done.returncode, done.stdout, talk, set(names.split())


@pytest.mark.parametrize(
    "arguments",
    [
        ["--help"],
        ["--version"],
        ["solve", "--help"],
        ["demo", "--help"],
        ["plans", "--help"],
        ["solve", "nowhere"],
        ["render", "nowhere"],
        ["plans", "save", "nowhere"],
    ],
    ids=" ".join,
)
def test_help_version_and_usage_errors_import_nothing_slow(arguments: list[str]) -> None:
    *_, names = run(*arguments, ALLOCOPT_STORE="off")
    assert "click" in names
    assert names.isdisjoint({*SLOW, "pydantic", "yaml"})


def test_shell_completion_imports_nothing_slow() -> None:
    code, out, _, names = run(
        _ALLOCOPT_COMPLETE="bash_complete", COMP_WORDS="allocopt so", COMP_CWORD="1"
    )
    assert code == 0
    assert "solve" in out
    assert names.isdisjoint({*SLOW, "pydantic", "yaml"})


@pytest.mark.parametrize("command", ["check", "solve", "forecast"])
@pytest.mark.parametrize(
    ("text", "where"),
    [("quota: {target: 1\nx", "scenario.yaml:2:"), ("qouta: {}\n", "scenario.yaml:1:1")],
    ids=["syntax", "unknown key"],
)
def test_configuration_errors_import_nothing_slow(
    tmp_path: Path, command: str, text: str, where: str
) -> None:
    (tmp_path / "scenario.yaml").write_text(text, encoding="utf-8")
    code, out, talk, names = run(command, str(tmp_path))
    assert code == 1
    assert where in out + talk
    assert "Traceback" not in talk
    assert names.isdisjoint(SLOW)


def test_configuration_error_in_set_imports_nothing_slow(tmp_path: Path) -> None:
    code, _, talk, names = run("solve", str(tmp_path), "--set", "solver.gap=much")
    assert code == 1
    assert "solver.gap" in talk
    assert names.isdisjoint(SLOW)


def test_import_of_the_package_imports_nothing_slow() -> None:
    code = "import allocopt, sys; print(sorted(sys.modules)); allocopt.__version__"
    done = subprocess.run(
        [sys.executable, "-c", code],
        capture_output=True,
        text=True,
        check=True,
        env={"PYTHONPATH": ":".join(filter(None, sys.path))},
    )
    assert not [name for name in SLOW if f"'{name}'" in done.stdout]


def test_every_verb_of_the_package_can_be_imported() -> None:
    import allocopt

    assert [name for name in allocopt.__all__ if getattr(allocopt, name, None) is None] == []
    with pytest.raises(AttributeError, match="no attribute 'nothing'"):
        _ = allocopt.nothing  # type: ignore[attr-defined]
