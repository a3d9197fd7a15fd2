"""Sets allocopt up beside this file and runs it: `python3 dev.py demo`, `test` or `setup`.

It needs Python 3.11 or newer with pip, and nothing else. Versions are those of uv.lock; packages
come from wherever pip is told to take them from.
"""

import sys

if sys.version_info < (3, 11):  # noqa: UP036 - whoever has an older Python reads this, not a traceback
    sys.exit(
        "allocopt needs Python 3.11 or newer; this is {}.{}. Try `python3.13 dev.py …`.".format(
            *sys.version_info[:2]
        )
    )

import argparse
import hashlib
import os
import subprocess
import tempfile
import time
import tomllib
import venv
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parent
PYTHON = f"{sys.version_info.major}.{sys.version_info.minor}"
HOME = ROOT / f".venv-{PYTHON}"
# What each part of the set-up is for; "test" contains "run".
PARTS = ("run", "test")
CHECKS = (("ruff", "check"), ("ruff", "format", "--check"), ("mypy",))
PIP_HELP = """\
pip could not install the packages; its last lines are above. Nothing is broken: mend this and run
the same command again.
  no network, or a proxy:   python -m pip config set global.proxy http://HOST:PORT
  a package index of yours: python -m pip config set global.index-url URL
  no wheel for this Python: try `python3.13 dev.py …`"""

ORACLE_HELP = f"""\
The libraries that tests compare with are not installed; pip's last lines are above. Tests that need
one are skipped, and fail where CI is set. To try again, remove {HOME.name} and set up anew."""


class SetupFailed(Exception):  # noqa: N818 - the word that is printed
    """A step of the set-up did not work; the text says what to do."""


def main(arguments: Sequence[str] | None = None) -> int:
    """Do what the command line asks; the exit code is that of what was run."""
    options, rest = parser().parse_known_args(arguments)
    if rest and options.command == "setup":
        parser().error(f"unknown: {' '.join(rest)}")
    try:
        if options.command == "demo":
            return run("-m", "allocopt", "demo", *rest, python=set_up("run"))
        python = set_up("test")
        return 0 if options.command == "setup" else test(python, rest, lint=not options.no_lint)
    except SetupFailed as failure:
        say(str(failure))
        return 1
    except KeyboardInterrupt:
        say("Interrupted; the next run takes it up again.")
        return 130


def parser() -> argparse.ArgumentParser:
    """The three commands."""
    top = argparse.ArgumentParser(prog="dev.py", description=(__doc__ or "").partition("\n")[0])
    commands = top.add_subparsers(dest="command", required=True)
    commands.add_parser("demo", help="plan a shipped scenario and write its plan document")
    check = commands.add_parser("test", help="lint, types and tests; other arguments go to pytest")
    check.add_argument("--no-lint", action="store_true", help="tests only")
    commands.add_parser("setup", help="set up for running and testing, and stop there")
    return top


def test(python: Path, arguments: Sequence[str], *, lint: bool) -> int:
    """Run every check, also after one has failed, and name those that did."""
    # A worker gets whole files, so that what a file's tests share is made once.
    workers = ("-n", "auto", "--dist", "loadfile")
    checks = [*(CHECKS if lint else ()), ("pytest", "-q", *workers, *arguments)]
    failed = []
    for name, *rest in checks:
        say(f"— {' '.join([name, *rest])}")
        if run("-m", name, *rest, python=python, folder=ROOT):
            failed.append(name)
    if failed:
        say(f"Failed: {', '.join(failed)}")
    return 1 if failed else 0


def set_up(part: str) -> Path:
    """Make HOME ready for a part, unless it is already; returns its Python.

    The stamps are taken away first and written last, so that an interrupted set-up is done anew.
    """
    python = HOME / ("Scripts/python.exe" if os.name == "nt" else "bin/python")
    fingerprint = inputs_fingerprint()
    ready = [name for name in PARTS if stamped(name) == fingerprint]
    if part in ready and python.exists():
        say(f"{HOME.name} is ready.")
        return python
    started = time.monotonic()
    say(f"Setting up {HOME.name} (first time: a minute or two) …")
    for name in PARTS:
        stamp(name).unlink(missing_ok=True)
    if not ready:
        make_environment()
    install(python, part)
    for name in PARTS[: PARTS.index(part) + 1]:
        stamp(name).write_text(fingerprint, encoding="utf-8")
    say(f"{HOME.name} is ready after {time.monotonic() - started:.0f} s.")
    return python


def make_environment() -> None:
    """A new virtual environment in HOME."""
    say("  making the environment")
    try:
        venv.EnvBuilder(clear=True, with_pip=True, symlinks=os.name != "nt").create(HOME)
    except (OSError, subprocess.CalledProcessError) as error:
        raise SetupFailed(
            f"{HOME.name} could not be made: {error}\n"
            f"On Debian and Ubuntu the module is a package: apt install python{PYTHON}-venv"
        ) from error


def install(python: Path, part: str) -> None:
    """Install the project, editable, and what a part needs, in the versions of uv.lock."""
    pins = list(constraints(read_toml("uv.lock")))
    say(f"  installing packages (versions of uv.lock, {len(pins)} pinned)")
    if part == "run":
        wanted = ["--editable", "."]
    else:
        wanted = ["--editable", ".[all]", *read_toml("pyproject.toml")["dependency-groups"]["dev"]]
    done = pip_install(python, pins, wanted)
    if done.returncode:
        raise SetupFailed(f"{tail(done.stdout)}\n\n{PIP_HELP}")
    if part == "test":
        install_oracles(python, pins)


def install_oracles(python: Path, pins: Sequence[str]) -> None:
    """Install what tests compare with. One that has no wheel here leaves the other tests as they are."""
    oracles = read_toml("pyproject.toml")["dependency-groups"]["oracles"]
    say(f"  installing what tests compare with ({len(oracles)} packages)")
    done = pip_install(python, pins, ["--no-deps", *oracles])
    if done.returncode:
        say(f"{tail(done.stdout)}\n\n{ORACLE_HELP}")


def pip_install(
    python: Path, pins: Sequence[str], wanted: Sequence[str]
) -> subprocess.CompletedProcess[str]:
    """`pip install` of what is wanted, held to the pins; stdout has all that pip says."""
    with tempfile.TemporaryDirectory() as folder:
        file = Path(folder) / "constraints.txt"
        file.write_text("\n".join(pins) + "\n", encoding="utf-8")
        pip = [str(python), "-m", "pip", "--quiet", "--disable-pip-version-check", "--no-input"]
        return subprocess.run(  # noqa: S603 - our own arguments
            [*pip, "install", "--constraint", str(file), *wanted],
            cwd=ROOT,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
            errors="replace",
            check=False,
        )


def tail(text: str) -> str:
    """The last lines of what a program said."""
    return "\n".join(text.splitlines()[-15:])


def constraints(lock: dict[str, Any]) -> Iterator[str]:
    """Lines `name==version ; marker` for pip from a uv.lock as read.

    A package that is locked in several versions has the environments of each in
    `resolution-markers`.
    """
    for package in lock["package"]:
        if "registry" not in package["source"]:
            continue
        pin = f"{package['name']}=={package['version']}"
        markers = package.get("resolution-markers", [])
        yield pin + (f" ; {' or '.join(f'({marker})' for marker in markers)}" if markers else "")


def inputs_fingerprint() -> str:
    """Hash of all that the environment depends on, its place too: an environment cannot move."""
    parts = [(ROOT / name).read_bytes() for name in ("pyproject.toml", "uv.lock", "dev.py")]
    parts += [sys.version.encode(), str(HOME).encode()]
    return hashlib.sha256(b"\0".join(parts)).hexdigest()


def stamp(part: str) -> Path:
    """The file that says that a part is ready."""
    return HOME / f"ready-to-{part}"


def stamped(part: str) -> str:
    """The fingerprint with which a part was made ready, or nothing."""
    try:
        return stamp(part).read_text(encoding="utf-8")
    except OSError:
        return ""


def read_toml(name: str) -> dict[str, Any]:
    """A TOML file beside this one."""
    return tomllib.loads((ROOT / name).read_text(encoding="utf-8"))


def run(*arguments: str, python: Path, folder: Path | None = None) -> int:
    """Run Python with arguments and wait.

    Ctrl-C reaches the child as well, which ends in its own way: a solve keeps its best plan.
    """
    with subprocess.Popen([str(python), *arguments], cwd=folder) as child:  # noqa: S603 - our own
        while True:
            try:
                return child.wait()
            except KeyboardInterrupt:
                continue


def say(text: str) -> None:
    """One line of talk; stdout belongs to what is run."""
    print(text, file=sys.stderr, flush=True)


if __name__ == "__main__":
    sys.exit(main())
