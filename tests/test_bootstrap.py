"""uv.lock is the one truth about versions, and dev.py hands it to pip unchanged."""

from __future__ import annotations

import importlib.util
import re
import subprocess
import sys
import tomllib
from collections import Counter
from pathlib import Path
from types import ModuleType
from typing import Any

import pytest
from packaging.requirements import Requirement
from packaging.utils import canonicalize_name
from packaging.version import Version

ROOT = Path(__file__).parents[1]


def read(name: str) -> dict[str, Any]:
    return tomllib.loads((ROOT / name).read_text(encoding="utf-8"))


@pytest.fixture(scope="module")
def dev() -> ModuleType:
    spec = importlib.util.spec_from_file_location("allocopt_dev", ROOT / "dev.py")
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


@pytest.fixture
def pins(dev: ModuleType) -> list[Requirement]:
    return [Requirement(line) for line in dev.constraints(read("uv.lock"))]


def wanted() -> list[Requirement]:
    project = read("pyproject.toml")
    extras = project["project"]["optional-dependencies"].values()
    lines = [
        *project["project"]["dependencies"],
        *(line for extra in extras for line in extra),
        *project["dependency-groups"]["dev"],
        *project["dependency-groups"]["oracles"],
    ]
    return [r for r in map(Requirement, lines) if r.name != "allocopt"]


@pytest.mark.parametrize("python", ["3.11", "3.12", "3.13"])
@pytest.mark.parametrize("requirement", wanted(), ids=str)
def test_every_dependency_is_pinned_within_its_range(
    pins: list[Requirement], requirement: Requirement, python: str
) -> None:
    environment = {"python_version": python, "python_full_version": f"{python}.0"}
    versions = [
        pin.specifier
        for pin in pins
        if canonicalize_name(pin.name) == canonicalize_name(requirement.name)
        and (pin.marker is None or pin.marker.evaluate(environment))
    ]
    assert len(versions) == 1
    version = Version(str(versions[0]).removeprefix("=="))
    assert version in requirement.specifier


@pytest.mark.parametrize("platform", ["linux", "darwin", "win32"])
@pytest.mark.parametrize("python", ["3.11", "3.12", "3.13", "3.14"])
def test_one_version_per_package_in_each_environment(
    pins: list[Requirement], python: str, platform: str
) -> None:
    environment = {
        "python_version": python,
        "python_full_version": f"{python}.0",
        "sys_platform": platform,
    }
    names = [p.name for p in pins if p.marker is None or p.marker.evaluate(environment)]
    assert [name for name, count in Counter(names).items() if count > 1] == []


def test_package_locked_twice_carries_its_environments(dev: ModuleType) -> None:
    registry = {"registry": "https://pypi.org/simple"}
    old, new = "python_full_version < '3.12'", "python_full_version >= '3.12'"
    lock = {
        "package": [
            {"name": "ours", "version": "1", "source": {"editable": "."}},
            {"name": "a", "version": "1", "source": registry},
            {"name": "b", "version": "1", "source": registry, "resolution-markers": [old]},
            {"name": "b", "version": "2", "source": registry, "resolution-markers": [new, old]},
        ]
    }
    assert list(dev.constraints(lock)) == [
        "a==1",
        f"b==1 ; ({old})",
        f"b==2 ; ({new}) or ({old})",
    ]


def test_lock_names_public_places_only() -> None:
    text = (ROOT / "uv.lock").read_text(encoding="utf-8")
    sources = {tuple(package["source"].items()) for package in tomllib.loads(text)["package"]}
    assert sources == {(("editable", "."),), (("registry", "https://pypi.org/simple"),)}
    hosts = set(re.findall(r"\w+://([^/\"]*)", text))
    assert hosts == {"pypi.org", "files.pythonhosted.org"}


def test_older_python_is_refused_in_words() -> None:
    # The version is forged, since an old interpreter is rarely at hand.
    code = "import sys, runpy; sys.version_info = (3, 10, 0); runpy.run_path(sys.argv[1])"
    done = subprocess.run(
        [sys.executable, "-c", code, str(ROOT / "dev.py")],
        capture_output=True,
        text=True,
        encoding="utf-8",
        check=False,
    )
    assert done.returncode == 1
    assert "needs Python 3.11 or newer; this is 3.10" in done.stderr
    assert "Traceback" not in done.stderr


class Place:
    """A project folder of a test's own, with what `dev.install` was asked for."""

    def __init__(self, dev: ModuleType, folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
        for name in ("pyproject.toml", "uv.lock", "dev.py"):
            (folder / name).write_bytes((ROOT / name).read_bytes())
        self.dev, self.folder, self.installed, self.made = dev, folder, list[str](), 0
        monkeypatch.setattr(dev, "ROOT", folder)
        monkeypatch.setattr(dev, "HOME", folder / ".venv-test")
        monkeypatch.setattr(dev, "install", self.install)
        monkeypatch.setattr(dev, "make_environment", self.make)

    def make(self) -> None:
        self.made += 1
        python = self.dev.HOME / ("Scripts/python.exe" if sys.platform == "win32" else "bin/python")
        python.parent.mkdir(parents=True, exist_ok=True)
        python.touch()

    def install(self, _python: Path, part: str) -> None:
        self.installed.append(part)


@pytest.fixture
def place(dev: ModuleType, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Place:
    return Place(dev, tmp_path, monkeypatch)


def test_second_set_up_does_nothing(place: Place) -> None:
    place.dev.set_up("test")
    place.dev.set_up("test")
    place.dev.set_up("run")  # what tests need contains what running needs
    assert place.installed == ["test"]


def test_set_up_for_tests_adds_to_that_for_running(place: Place) -> None:
    place.dev.set_up("run")
    place.dev.set_up("test")
    assert place.installed == ["run", "test"]
    assert place.made == 1


def test_changed_lock_is_set_up_anew(place: Place) -> None:
    place.dev.set_up("run")
    with (place.folder / "uv.lock").open("a", encoding="utf-8") as lock:
        lock.write("\n")
    place.dev.set_up("run")
    assert place.made == 2


def test_interrupted_set_up_is_done_anew(place: Place, monkeypatch: pytest.MonkeyPatch) -> None:
    place.dev.set_up("run")

    def interrupt(*_: object) -> None:
        raise KeyboardInterrupt

    with monkeypatch.context() as patch:
        patch.setattr(place.dev, "install", interrupt)
        with pytest.raises(KeyboardInterrupt):
            place.dev.set_up("test")
    place.dev.set_up("run")
    assert place.made == 2
    assert place.installed == ["run", "run"]


def test_failure_of_pip_ends_with_its_last_lines_and_the_remedy(
    dev: ModuleType, monkeypatch: pytest.MonkeyPatch, capfd: pytest.CaptureFixture[str]
) -> None:
    failed = subprocess.CompletedProcess([], 1, stdout="first\n" * 40 + "no route to host\n")
    monkeypatch.setattr(dev, "set_up", lambda part: dev.install(Path(sys.executable), part))
    monkeypatch.setattr(dev.subprocess, "run", lambda *_, **__: failed)
    assert dev.main(["demo"]) == 1
    talk = capfd.readouterr().err
    assert "no route to host" in talk
    assert talk.count("first") == 14
    assert "proxy" in talk


class Pip:
    """A pip that writes down what it is asked for and fails as told; calls made without running any."""

    def __init__(self, dev: ModuleType, monkeypatch: pytest.MonkeyPatch) -> None:
        self.calls, self.fails_without_dependencies = list[list[str]](), False
        monkeypatch.setattr(dev.subprocess, "run", self.run)

    def run(self, command: list[str], **_: object) -> subprocess.CompletedProcess[str]:
        self.calls.append(command)
        failed = self.fails_without_dependencies and "--no-deps" in command
        return subprocess.CompletedProcess(command, int(failed), "no wheel for coreforecast\n")


@pytest.fixture
def pip(dev: ModuleType, monkeypatch: pytest.MonkeyPatch) -> Pip:
    return Pip(dev, monkeypatch)


def test_oracles_are_for_tests_only_and_come_without_what_they_ask_for(
    dev: ModuleType, pip: Pip
) -> None:
    dev.install(Path(sys.executable), "run")
    dev.install(Path(sys.executable), "test")
    run, test, oracles = pip.calls
    named = {canonicalize_name(Requirement(line).name) for line in oracles if ">=" in line}
    assert {"statsforecast", "hierarchicalforecast"} <= named
    assert "--no-deps" in oracles
    assert not any("statsforecast" in line for line in (*run, *test))


def test_set_up_goes_on_without_oracles_and_says_so(
    dev: ModuleType, pip: Pip, capfd: pytest.CaptureFixture[str]
) -> None:
    pip.fails_without_dependencies = True
    dev.install(Path(sys.executable), "test")
    talk = capfd.readouterr().err
    assert "no wheel for coreforecast" in talk
    assert "Tests that need\none are skipped" in talk
