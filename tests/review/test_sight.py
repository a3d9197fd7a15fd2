"""No screen, fragment, document or minutes tell somebody what is not theirs to see.

Mia manages the East, Vic is a viewer, Mark is of marketing and sees neither pay nor chances. Ann, who sees
all, has asked a what-if about all of the company, decided from it, and remarked on the West.
"""

from __future__ import annotations

import json
import re
import shutil
import time
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any
from urllib.parse import quote

import pandas as pd
import pytest
from starlette.testclient import TestClient
from support_desk import Stage
from support_room import ADDRESS, browser_in

from allocopt.documents.kinds import kind_of
from allocopt.documents.language.voice import voice_of
from allocopt.plan import Plan, load_plan, save_plan
from allocopt.planning import plan_scenario
from allocopt.review.desk.worker.rendering import render
from allocopt.review.desk.worker.work import Work
from allocopt.review.drafts import Answer, Change, Draft, Drafts
from allocopt.review.room import Room
from allocopt.review.screens import SCREENS
from allocopt.review.visitor import Visitor
from allocopt.scenario import load_scenario
from allocopt.store import Move, make_move, open_store, save_version

RULES = """
approval:
  roles: {ann: analyst, Mia: manager, Vic: viewer, Mark: marketing}
  territories: {Mia: East}
  sign_off: [{territory: West, role: manager}]
visibility: {cost: [analyst, manager], attain_probability: [analyst]}
"""
# What only the West has, and what Ann called and wrote of it.
WEST = (
    *("West", "Station", "Bridge", "Chapel", "U4", "U5", "U6"),
    *("CANARY-TITLE", "CANARY-REMARK"),
)
# An amount that only a search was heard to say. [currency]
HEARD = 7_654_321.0
WORTH = ("objective", "bound", "contribution")
PAY_FIGURES = ("people_cost", "contribution", "payout_at_plan", "payout_mean", "payout_p90")
LANGUAGES = ("en", "zh-CN")
PAGES = (
    *(f"{ADDRESS}/{screen}" for screen in SCREENS),
    *(f"{ADDRESS}/reps?{asked}" for asked in ("rep=Bob", "rep=Ann", "unit=U4", "unit=U1")),
    *(f"{ADDRESS}/territories?territory={place}" for place in ("West", "East")),
    f"{ADDRESS}/limits?show=all",
    f"{ADDRESS}/versions?a=valley/1&b=answer",
    f"{ADDRESS}/meeting?about=unit:U4",
    "/what-ifs/at/valley/1?kind=hours",
    "/what-ifs/at/valley/1/names?kind=lock&field=unit",
    "/queue",
)


@pytest.fixture(scope="module")
def plans(solved: Path, tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, Path]:
    """The plan with rules about who sees what, and the answer to a what-if with a third of the money."""
    folder = tmp_path_factory.mktemp("sight")
    shutil.copytree(solved, folder / "plan")
    settings = folder / "plan" / "inputs" / "scenario.yaml"
    settings.write_text(settings.read_text(encoding="utf-8") + RULES, encoding="utf-8")
    scenario = load_scenario(folder / "plan" / "inputs", ["budget.total_max=3000"])
    made = plan_scenario(scenario)
    asked = replace(made, summary={**made.summary, "parent": load_plan(solved).summary["id"]})
    answer = save_plan(asked, scenario, folder / "answer")
    return secretive(folder / "plan", 876_543_210.0, 1.1e6), secretive(answer, 543_210_987.0, 2.3e6)


@pytest.fixture(scope="module")
def house(plans: tuple[Path, Path], tmp_path_factory: pytest.TempPathFactory) -> Room:
    """A room in which Ann has asked, decided and remarked."""
    folder = tmp_path_factory.mktemp("house")
    store = open_store(folder / "store.sqlite")
    save_version(store, plans[0], author="ann", reason="first")
    make_move(store, "valley/1", Move.SUBMIT, user="ann")
    room = Room(store, folder, Drafts(folder / "what-ifs"), "valley/1")
    browser = browser_in(room)
    draft = asked_by(room, Visitor("ann", "anns", ""), plans[1])
    told = {"text": "We take it.", "draft": draft.id}
    assert "not_done" not in browser.post(f"{ADDRESS}/decide", data=told).text
    for about in ("unit:U4", "rep:Bob", "territory:West"):
        told = {"text": "CANARY-REMARK", "about": about}
        browser.post(f"{ADDRESS}/comment", data=told).raise_for_status()
    assert len(room.record("valley/1").events) >= 5
    return room


def asked_by(room: Room, visitor: Visitor, answer: Path) -> Draft:
    """A what-if about the West that was answered with a plan."""
    draft = room.drafts.open(visitor, "valley/1")
    changes = (
        Change("hours", {"rep": "Bob", "hours": "20"}),
        Change("demand", {"scope": "territory=West", "change": "0.1"}),
        Change("budget_total", {"value": "3000.0"}),
    )
    told = {"objective": HEARD, "bound": HEARD, "change": HEARD, "gap": 0.01, "moves": 2}

    def answered(one: Draft) -> Draft:
        asked = replace(one, title="CANARY-TITLE", changes=changes, revision=1, latest=1)
        return replace(asked, answer=Answer(1, "solved", answer, told))

    return room.drafts.update(draft.id, answered)


@pytest.fixture
def stage() -> Iterator[Stage]:
    made = Stage(jobs=1)
    yield made
    made.desk.close()


def browser_of(house: Room, name: str, stage: Stage, language: str = "en") -> TestClient:
    browser = browser_in(house, name, language=language)
    browser.app.state.desk = stage.desk  # type: ignore[attr-defined]
    return browser


def shared(house: Room) -> Draft:
    """Ann's what-if, whose link everybody in the room may have."""
    return next(one for one in house.drafts.all() if one.owner == "ann" and one.changes)


def everything(browser: TestClient, house: Room) -> Iterator[tuple[str, str]]:
    """The text of every page, by itself and with Ann's what-if beside it."""
    link = f"what_if={shared(house).id}"
    beside = (f"{ADDRESS}/{screen}?{link}" for screen in SCREENS)
    for address in (*PAGES, *beside):
        answer = browser.get(address)
        assert answer.status_code in (200, 400, 404), address
        if answer.status_code == 200:  # a refusal says what was asked for
            yield address, answer.text


def amounts(figures: dict[str, float]) -> dict[str, tuple[str, ...]]:
    """All ways in which a page would write figures, those that are long enough to be told apart."""
    found = {}
    for name, value in figures.items():
        shown = {f"{abs(value):,.0f}", f"{abs(value):.6g}"}
        for language in LANGUAGES:
            show = voice_of(language, "EUR").show
            shown |= {str(write(abs(value))) for write in (show.money, show.compact, show.number)}
        texts = {text.strip("€¥ ") for text in shown}
        found[name] = tuple(text for text in texts if len(re.sub(r"\D", "", text)) >= 3)
    return found


def leaks(text: str, secrets: dict[str, tuple[str, ...]]) -> list[str]:
    """What of the secrets stands in a text as a number of its own."""
    return [
        f"{name} {form}"
        for name, forms in secrets.items()
        for form in forms
        if re.search(rf"(?<![\d.,]){re.escape(form)}(?![\d]|[.,]\d)", text)
    ]


def kpis_of(plan: Plan, scope: str) -> dict[str, float]:
    rows = plan["kpis"][
        (plan["kpis"]["scope"] == scope) & (plan["kpis"]["period"].fillna("") == "")
    ]
    return dict(zip(rows["kpi"], rows["value"].astype(float), strict=True))


def worth(plans: tuple[Path, Path]) -> dict[str, float]:
    """What a plan and its answer are worth, and what people cost."""
    found: dict[str, float] = {"heard": HEARD}
    for side, folder in zip(("before", "after"), plans, strict=True):
        plan = load_plan(folder)
        found |= {f"{side} {name}": float(plan.summary[name]) for name in WORTH}
        told = kpis_of(plan, "company")
        found |= {f"{side} {kpi}": told[kpi] for kpi in PAY_FIGURES if told.get(kpi)}
    found["difference"] = found["after objective"] - found["before objective"]
    return found


def of_the_whole(plans: tuple[Path, Path]) -> dict[str, float]:
    """Figures of the company, which the East does not happen to have as well."""
    found = {}
    for side, folder in zip(("before", "after"), plans, strict=True):
        plan = load_plan(folder)
        own = set(kpis_of(plan, "territory=East").values())
        for kpi, value in kpis_of(plan, "company").items():
            if abs(value) >= 10_000 and value not in own:
                found[f"{side} company {kpi}"] = value
    return found


def secretive(folder: Path, base: float, step: float) -> Path:
    """A plan whose worth, and all else that is told of the company, are amounts of their own."""
    summary = json.loads((folder / "plan.json").read_text(encoding="utf-8"))
    told = {name: base + place * step for place, name in enumerate(WORTH)}
    (folder / "plan.json").write_text(json.dumps(summary | told), encoding="utf-8")
    kpis = pd.read_csv(folder / "kpis.csv", dtype=str)
    whole = (kpis["scope"] == "company") & kpis["period"].isna()
    whole &= kpis["value"].astype(float).abs() >= 1000
    amounts = [str(base + (10 + place) * step) for place in range(int(whole.sum()))]
    kpis.loc[whole, "value"] = amounts
    kpis.to_csv(folder / "kpis.csv", index=False)
    return folder


@pytest.mark.parametrize("language", LANGUAGES)
def test_who_sees_a_part_is_told_nothing_of_the_others_nor_of_the_whole(
    house: Room, plans: tuple[Path, Path], stage: Stage, language: str
) -> None:
    secrets = amounts(worth(plans) | of_the_whole(plans))
    found = {}
    for address, text in everything(browser_of(house, "Mia", stage, language), house):
        # What was asked for stands in the address of links, and is no answer.
        shown = re.sub(r"""(?:href|value|action|hx-\w+)=("[^"]*"|'[^']*')""", "", text)
        names = [name for name in WEST if re.search(rf"\b{name}\b", shown)]
        if told := names + leaks(text, secrets):
            found[address] = told
    assert found == {}


@pytest.mark.parametrize(("name", "language"), [("Vic", "zh-CN"), ("Mark", "en")])
def test_who_does_not_see_pay_is_told_neither_what_a_plan_is_worth_nor_its_change(
    house: Room, plans: tuple[Path, Path], stage: Stage, name: str, language: str
) -> None:
    secrets = amounts(worth(plans))
    browser = browser_of(house, name, stage, language)
    found = {
        address: told
        for address, text in everything(browser, house)
        if (told := leaks(text, secrets))
    }
    assert found == {}


def test_who_sees_all_is_told(house: Room, plans: tuple[Path, Path], stage: Stage) -> None:
    secrets = amounts(worth(plans) | of_the_whole(plans))
    pages = [text for _, text in everything(browser_of(house, "ann", stage), house)]
    found = {one.rpartition(" ")[0] for text in pages for one in leaks(text, secrets)}
    assert {"before contribution", "after contribution", "before company sales"} <= found
    assert any("CANARY-REMARK" in text for text in pages)


@pytest.mark.parametrize(("name", "language"), [("Mia", "en"), ("Mia", "zh-CN"), ("Mark", "en")])
def test_documents_and_minutes_tell_no_more_than_the_pages(
    house: Room, plans: tuple[Path, Path], stage: Stage, tmp_path: Path, name: str, language: str
) -> None:
    browser = browser_of(house, name, stage, language)
    secrets = amounts(worth(plans) | (of_the_whole(plans) if name == "Mia" else {}))
    names = WEST if name == "Mia" else ()
    for job in ordered(browser, house, stage, language):
        out = tmp_path / "document.md"
        render(Work({**job, "out": str(out)}, lambda _told: None, 1))
        text = out.read_text(encoding="utf-8")
        own = [one for one in names if re.search(rf"\b{one}\b", text)]
        assert own + leaks(text, secrets) == [], job["asked"]["document"]


def ordered(
    browser: TestClient, house: Room, stage: Stage, language: str
) -> Iterator[dict[str, Any]]:
    """What workers are told to write where everything is ordered that is offered."""
    page = browser.get(f"{ADDRESS}/documents").text
    about, kinds = (
        re.findall(r'value="([^"]*)"', field[0]) if (field := re.findall(found, page, re.S)) else []
        for found in (
            r'<select[^>]*name="about".*?</select>',
            r'<select[^>]*name="kind".*?</select>',
        )
    )
    first = {one.partition("=")[0]: one for one in reversed(about)}
    for kind in kinds:
        for subject in (first[one] for one in kind_of(kind).subjects if one in first):
            told = {"kind": kind, "about": subject, "language": language, "form": "md"}
            browser.post(
                f"{ADDRESS}/documents", data={**told, "reader": ""}, follow_redirects=False
            )
    assert stage.desk.queue()
    for ticket in stage.desk.queue():
        yield ticket.job.message()
    yield minutes_of(browser, house)


def minutes_of(browser: TestClient, house: Room) -> dict[str, Any]:
    """What a worker is told of the minutes."""
    heard: list[dict[str, Any]] = []
    desk = browser.app.state.desk  # type: ignore[attr-defined]

    async def run(job: Any) -> dict[str, Any]:
        heard.append(job.message())
        return {"state": "failed", "code": "refused", "message": "not now"}

    desk.run = run
    browser.get(f"{ADDRESS}/minutes/md")
    return json.loads(json.dumps(heard[0]))


def test_search_is_told_to_each_as_far_as_it_is_theirs(house: Room, stage: Stage) -> None:
    browser = browser_of(house, "Mia", stage)
    added = {"kind": "hours", "rep": "Ann", "hours": "41"}
    browser.post(f"{ADDRESS}/changes", data=added).raise_for_status()
    draft = next(one for one in house.drafts.all() if one.owner == "Mia")
    browser.post(f"/what-ifs/{draft.id}/solve", follow_redirects=False)
    first = {"state": "first", "seconds": 1.0, "objective": HEARD, "gap": 0.01, "final": True}
    actor = stage.ready()
    actor.say({**first, "change": HEARD, "moves": 17, "hires": 0})
    running = browser.get(f"/what-ifs/{draft.id}/running").text
    assert "First answer after" in running
    assert leaks(running, amounts({"heard": HEARD})) == []
    assert "17 units" not in running
    actor.free(infeasible())
    wait_for(house, draft)
    panel = browser.get(f"{ADDRESS}/plan").text
    assert "Harbour" in panel
    assert [name for name in WEST if re.search(rf"\b{name}\b", panel)] == []
    assert leaks(panel, amounts({"heard": HEARD})) == []


def infeasible() -> dict[str, Any]:
    """The end of a search: rules about both places clash; ways out are in the West and in the East."""

    def way(items: list[str]) -> dict[str, Any]:
        step = {
            "rule": "unit_locked",
            "items": items,
            "from": "Bob",
            "to": "remove",
            "price": HEARD,
        }
        settings = [f"override.units.{(items or ['U1'])[0]}.lock=null"]
        return {"price": HEARD, "settings": settings, "steps": [{**step, "from": "none"}]}

    clash = {"rule": "unit_locked", "sentence": "x", "items": ["U1", "U4"], "kind": "hard"}
    alone = {**clash, "items": ["Bob"]}
    ways = [way(["U4"]), way(["U1", "U5"]), way([]), way(["U1"])]
    return {"state": "infeasible", "conflicts": [clash, alone], "relaxations": ways}


def wait_for(house: Room, draft: Draft) -> Draft:
    """The draft once its answer has been put into it."""
    for _ in range(2000):
        if house.drafts.get(draft.id).asked is None:
            break
        time.sleep(0.005)
    return house.drafts.get(draft.id)


def test_way_out_that_lies_in_another_part_is_neither_offered_nor_taken(
    house: Room, stage: Stage
) -> None:
    browser = browser_of(house, "Mia", stage)
    browser.post(f"{ADDRESS}/changes", data={"kind": "hours", "rep": "Ann", "hours": "42"})
    browsers = {one.browser for one in house.drafts.all() if one.owner == "Mia"}
    draft = house.drafts.all()[-1]
    assert draft.browser in browsers
    told = infeasible()
    draft = house.drafts.update(
        draft.id,
        lambda one: replace(one, answer=Answer(one.revision, "infeasible", None, told)),
    )
    for place in ("0", "1", "2"):
        browser.post(f"/what-ifs/{draft.id}/relax", data={"place": place})
        assert house.drafts.get(draft.id).changes == draft.changes
    browser.post(f"/what-ifs/{draft.id}/relax", data={"place": "3"})
    assert house.drafts.get(draft.id).changes[-1].kind == "relaxed"


def test_what_if_about_another_part_can_be_looked_at_and_not_taken_over(
    house: Room, stage: Stage
) -> None:
    browser = browser_of(house, "Mia", stage)
    draft, before = shared(house), len(house.drafts.all())
    page = browser.get(f"{ADDRESS}/plan?what_if={draft.id}").text
    assert "A change outside your part" in page
    refused = browser.post(f"/what-ifs/{draft.id}/copy")
    assert refused.status_code == 422
    assert "not yours to change" in refused.text
    onto = {"draft": draft.id, "onto": "valley/1"}
    assert browser.post(f"{ADDRESS}/rebase", data=onto).status_code == 422
    viewer = browser_of(house, "Vic", stage)
    assert viewer.post(f"{ADDRESS}/rebase", data=onto).status_code == 422
    assert len(house.drafts.all()) == before


@pytest.mark.parametrize(
    "setting", ["visibility.cost=[analyst, viewer]", "approval.roles.Vic=analyst"]
)
def test_no_what_if_widens_what_people_may_see(house: Room, stage: Stage, setting: str) -> None:
    browser = browser_of(house, "ann", stage)
    sent = {"kind": "setting", "setting": setting}
    refused = browser.post(f"{ADDRESS}/changes", data=sent)
    assert refused.status_code == 422
    assert "no what-if changes that" in refused.text
    assert quote("CANARY") not in refused.url.path
