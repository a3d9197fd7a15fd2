"""The screens of a version, as a browser gets them."""

from __future__ import annotations

import re
from dataclasses import replace
from pathlib import Path

import pytest
from starlette.testclient import TestClient
from support_room import ADDRESS, browser_in
from support_screens import view_on

from allocopt.documents.facts import Facts
from allocopt.plan import load_plan, load_plan_scenario, save_plan
from allocopt.planning import plan_scenario
from allocopt.review.room import Room
from allocopt.review.screens import SCREENS
from allocopt.scenario import load_scenario

INLINE = re.compile(
    r"<script(?![^>]*\bsrc=)|<style|\sstyle=|\son[a-z]+=|javascript:", re.IGNORECASE
)


@pytest.mark.parametrize("name", SCREENS)
def test_screen_is_a_page_that_a_strict_policy_lets_through(reader: TestClient, name: str) -> None:
    answer = reader.get(f"{ADDRESS}/{name}")
    assert answer.status_code == 200
    assert re.findall(r'href="([^"]+)" aria-current="page"', answer.text) == [f"{ADDRESS}/{name}"]
    assert not INLINE.search(answer.text)
    ids = re.findall(r'\sid="([^"]*)"', answer.text)
    assert sorted(set(ids)) == sorted(ids)


@pytest.mark.parametrize("name", SCREENS)
def test_screen_speaks_the_language_that_was_chosen(reader: TestClient, name: str) -> None:
    text = reader.get(f"{ADDRESS}/{name}", headers={"Cookie": _cookies(reader, "zh-CN")}).text
    assert '<html lang="zh-CN"' in text
    assert ">区域</a>" in text


def _cookies(client: TestClient, language: str) -> str:
    kept = "; ".join(f"{name}={value}" for name, value in client.cookies.items())
    return f"{kept}; language={language}"


def test_control_gets_the_screen_without_its_frame(reader: TestClient) -> None:
    part = reader.get(
        f"{ADDRESS}/plan", headers={"HX-Request": "true", "HX-Target": "main#content"}
    )
    assert part.text.lstrip().startswith("<main")
    assert "HX-Target" in part.headers["vary"]


def test_first_address_leads_to_a_screen(reader: TestClient) -> None:
    answer = reader.get("/", follow_redirects=False)
    assert answer.status_code == 303
    assert answer.headers["location"] == f"{ADDRESS}/{next(iter(SCREENS))}"


def test_unknown_screen_and_unknown_version_are_nowhere(reader: TestClient) -> None:
    assert reader.get(f"{ADDRESS}/cellar").status_code == 404
    assert reader.get("/plans/valley/99/plan").status_code in (400, 404)


def test_plan_screen_shows_headlines_and_the_forecast(reader: TestClient) -> None:
    text = reader.get(f"{ADDRESS}/plan").text
    assert text.index("Planned sales") < text.index('id="forecast"')
    assert "Handovers" in text


def test_presenting_takes_forms_and_the_panel_away(client: TestClient) -> None:
    usual = client.get(f"{ADDRESS}/territories?territory=East").text
    assert 'action="/plans/valley/1/lock"' in usual
    sent = {"presenting": "yes", "back": f"{ADDRESS}/plan"}
    answer = client.post("/looks", data=sent, follow_redirects=False)
    assert answer.headers["location"] == f"{ADDRESS}/plan"
    shown = client.get(f"{ADDRESS}/territories?territory=East").text
    assert 'class="presenting"' in shown
    assert 'action="/plans/valley/1/lock"' not in shown
    assert "<aside" not in shown


def test_language_is_kept_and_leads_back(client: TestClient) -> None:
    client.post("/looks", data={"language": "zh-CN", "back": f"{ADDRESS}/plan"})
    assert '<html lang="zh-CN"' in client.get(f"{ADDRESS}/plan").text


@pytest.mark.parametrize(
    "back", ["//elsewhere.example/", "https://elsewhere.example/", "/\\e.example", ""]
)
def test_choice_of_looks_never_leads_out_of_the_room(client: TestClient, back: str) -> None:
    answer = client.post("/looks", data={"language": "en", "back": back}, follow_redirects=False)
    assert answer.headers["location"] == "/"


def test_language_that_there_is_not_is_not_kept(client: TestClient) -> None:
    client.post("/looks", data={"language": "xx", "back": f"{ADDRESS}/plan"})
    assert "language" not in client.cookies


def test_panel_that_was_folded_stays_folded(room: Room) -> None:
    with browser_in(room) as client:
        assert '<details id="side" open>' in client.get(f"{ADDRESS}/plan").text
    with browser_in(replace(room), folded="yes") as client:
        assert '<details id="side">' in client.get(f"{ADDRESS}/plan").text


@pytest.fixture(scope="module")
def shorter(solved: Path, tmp_path_factory: pytest.TempPathFactory) -> Facts:
    """The plan of the first two months alone: the answer to what an analyst may set."""
    given = ["calendar.plan_periods=2", "solver.gap=0.5"]  # any plan will do
    scenario = load_scenario(solved / "inputs", given)
    folder = save_plan(plan_scenario(scenario), scenario, tmp_path_factory.mktemp("short") / "plan")
    return Facts(load_plan(folder), load_plan_scenario(folder))


@pytest.mark.parametrize("name", SCREENS)
def test_answer_of_other_periods_is_shown_all_the_same(
    name: str, room: Room, facts: Facts, shorter: Facts
) -> None:
    asked = {"reps": [{}, {"rep": "Ann"}, {"unit": "U1"}], "versions": [{"a": "answer"}]}
    for options in asked.get(name, [{}]):
        assert SCREENS[name](view_on(room, facts, shorter, **options))["panels"]
