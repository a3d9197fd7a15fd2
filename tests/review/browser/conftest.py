"""Houses, and the system's browser for all that come into them."""

from __future__ import annotations

import os
import shutil
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, sync_playwright
from support_house import House

APPROVAL = """
approval:
  roles: {ann: analyst, Mia: manager, Max: manager, Vic: viewer}
  territories: {Mia: East}
  sign_off: [{territory: East, role: manager}]
"""


@pytest.fixture(scope="module")
def chromium() -> Iterator[Browser]:
    """The system's own browser, without a screen; tests of other modules may have loops of their own."""
    program = shutil.which("chromium") or shutil.which("google-chrome")
    if program is None:
        words = "no Chromium here: install it (Debian: apt-get install chromium)"
        if os.environ.get("CI") == "true":
            pytest.fail(words)
        pytest.skip(words)
    with sync_playwright() as playwright:
        quiet = ["--no-sandbox", "--disable-background-networking", "--disable-component-update"]
        browser = playwright.chromium.launch(executable_path=program, args=quiet)
        yield browser
        browser.close()


@pytest.fixture(scope="session")
def guarded(solved: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The plan with roles: the East is all of Mia's, and must be signed by a manager."""
    plan = tmp_path_factory.mktemp("guarded") / "plan"
    shutil.copytree(solved, plan)
    settings = plan / "inputs" / "scenario.yaml"
    settings.write_text(settings.read_text(encoding="utf-8") + APPROVAL, encoding="utf-8")
    return plan


@pytest.fixture(scope="session")
def build(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Callable[[Path], House]]:
    """Makes houses, and closes them all in the end."""
    houses: list[House] = []

    def make(plan: Path) -> House:
        houses.append(House(plan, tmp_path_factory.mktemp("house")))
        return houses[-1]

    yield make
    for house in houses:
        house.close()


@pytest.fixture(scope="session")
def shared(build: Callable[[Path], House], solved: Path) -> House:
    """An open house for all tests that leave it as it is, but for what-ifs of their own."""
    house = build(solved)
    house.welcome()
    return house


@pytest.fixture
def house(build: Callable[[Path], House], solved: Path) -> Iterator[House]:
    """A house for one test alone, which is not open yet."""
    house = build(solved)
    yield house
    house.close()
