"""Documents for people: the sheet of a rep, territory and account plans, the roll-out note."""

from __future__ import annotations

from typing import Any

import pandas as pd
import pytest

from allocopt.documents.facts import Facts
from allocopt.documents.facts.holdings import holdings
from allocopt.documents.facts.subject import COMPANY, Subject
from allocopt.documents.rendering import Material, Rendering, Request, Solved, rendering_of
from allocopt.documents.sections.my_units import FEW_ROWS, MOST_UNITS

from .conftest import Case

OWN_REP, OTHER = Subject("rep", "R0"), Subject("rep", "R9")


def made(case: Case, kind: str, subject: Subject, language: str = "en") -> Rendering:
    request = Request(kind=kind, language=language, subject=subject)
    return rendering_of(Material(Solved(case.plan, case.scenario)), request)


def blocks(rendering: Rendering, name: str, kind: str = "table") -> list[dict[str, Any]]:
    """Blocks of a kind in a section; none where the document lacks the section."""
    found = [part for part in rendering.content["sections"] if part["id"] == name]
    return [block for part in found for block in part["blocks"] if block["kind"] == kind]


def column(block: dict[str, Any], label: str) -> list[Any]:
    place = [column["label"] for column in block["columns"]].index(label)
    return [row[place] for row in block["rows"]]


def words(rendering: Rendering) -> str:
    return str(rendering.content)


@pytest.fixture(scope="module")
def sheet(case: Case) -> Rendering:
    return made(case, "rep", OWN_REP)


def test_the_sheet_shows_quota_and_expected_sales_with_their_sums(sheet: Rendering) -> None:
    # R0: twelve months of 90,000, and 95,000 expected.
    [table] = blocks(sheet, "rep_sheet")
    assert table["rows"][0] == ["Quota", *["270,000"] * 4, "1,080,000"]
    assert table["rows"][1] == ["Expected", *["285,000"] * 4, "1,140,000"]
    assert table["rows"][2][-1] == "105.6%"


def test_the_sheet_lists_the_units_of_the_rep_and_no_others(case: Case, sheet: Rendering) -> None:
    [table] = blocks(sheet, "my_units")
    assert sorted(column(table, "Unit")) == ["Unit 0", "Unit 12", "Unit 24"]
    sums = case.plan["sales"].groupby("unit")["sales"].sum()
    held = case.plan["assignments"].query("rep == 'R0'")["unit"]
    assert table["total"][3].value == pytest.approx(sums[held].sum())


def test_the_sheet_says_from_whom_a_unit_comes_and_to_whom_it_goes(
    case: Case, sheet: Rendering
) -> None:
    [table] = blocks(sheet, "my_units")
    came = dict(zip(column(table, "Unit"), column(table, "New or shared"), strict=True))
    assert came == {"Unit 0": "from Rep number 9", "Unit 12": "", "Unit 24": ""}
    [gone] = blocks(made(case, "rep", OTHER), "my_changes")
    rows = dict(zip(column(gone, "Unit"), column(gone, "Goes to"), strict=True))
    assert rows == {f"Unit {k}": f"Rep number {k}" for k in range(3)}


def test_a_long_list_is_cut_and_its_total_is_of_all(case: Case) -> None:
    held = case.plan["assignments"].assign(rep="R0", before="R0", handover="no")
    crowded = made(case.with_plan(assignments=held), "rep", OWN_REP)
    [table] = blocks(crowded, "my_units")
    assert len(table["rows"]) == MOST_UNITS
    assert table["more"].startswith(f"And {30 - MOST_UNITS} more units")
    assert table["total"][3].value == pytest.approx(case.plan["sales"]["sales"].sum())
    [money] = blocks(crowded, "my_money")
    assert len(money["rows"]) == FEW_ROWS


def test_a_rep_without_units_gets_a_short_honest_sheet(case: Case) -> None:
    held = case.plan["assignments"]
    spared = case.with_plan(
        assignments=held[held["rep"] != "R5"],
        quotas=case.plan["quotas"].query("rep != 'R5'"),
        time=case.plan["time"].iloc[:0],
    )
    short = made(spared, "rep", Subject("rep", "R5"))
    [notice] = blocks(short, "rep_sheet", "notice")
    assert notice["text"] == "No unit is planned for this position."
    assert not blocks(short, "my_units")
    assert not blocks(short, "rep_sheet", "chart")


def test_a_position_that_is_filled_says_from_when(case: Case) -> None:
    entries = made(case, "rep", Subject("rep", "R11")).content["head"]["entries"]
    assert {"label": "Position", "value": "open today, filled from 1 April 2026"} in entries


def test_contacts_are_those_that_people_name_else_the_author(case: Case) -> None:
    document = case.scenario.config.document.model_dump()
    asked = {"topic": "Quotas", "name": "Li Na", "reach": "li@example.com"}
    named = case.with_config(document={**document, "contacts": [asked]})
    [table] = blocks(made(named, "rep", OWN_REP), "contacts")
    assert table["rows"] == [["Quotas", "Li Na", "li@example.com"]]
    signed = case.with_config(document={**document, "author": "Sales operations"})
    [notice] = blocks(made(signed, "rep", OWN_REP), "contacts", "notice")
    assert "Sales operations" in notice["text"]


@pytest.mark.parametrize("kind", ["rep", "rollout"])
def test_nothing_for_reps_tells_pay_or_chances(case: Case, kind: str) -> None:
    told = words(made(case, kind, OWN_REP)).lower()
    assert not [
        word for word in ("pay", "cost", "probability", "chance", "€2", "240") if word in told
    ]


def test_what_names_other_places_stays_out_of_a_sheet(case: Case) -> None:
    document = case.scenario.config.document.model_dump()
    dates = [
        {"date": "2026-03-01", "name": "Territory 0 covered"},
        {"date": "2026-03-02", "name": "Territory 9 covered"},
    ]
    own = made(case.with_config(document={**document, "milestones": dates}), "rep", OWN_REP)
    told = words(own)
    assert "Territory 0 covered" in told
    assert "Territory 9 covered" not in told


def test_a_territory_plan_adds_up_what_lies_below(case: Case) -> None:
    north = made(case, "territory", Subject("territory", "North"))
    below = blocks(north, "territory_plan")[0]
    assert column(below, "Units") == ["3"] * 5
    places = case.scenario.tables["units"].set_index("unit")["territory"]
    sales = case.plan["sales"].groupby(case.plan["sales"]["unit"].map(places))["sales"].sum()
    expected = sales[[f"T{k}" for k in range(5)]].sum()
    assert below["total"][3].value == pytest.approx(expected)
    assert sum(cell.value for cell in column(below, "Share")) == pytest.approx(1.0)


def test_units_of_a_territory_come_by_open_potential(case: Case) -> None:
    table = blocks(made(case, "territory", Subject("territory", "North")), "territory_plan")[1]
    left = [cell.value for cell in column(table, "Open potential")]
    assert left == sorted(left, reverse=True)
    assert all(value >= 0 for value in left)


@pytest.mark.parametrize(
    ("kind", "subject"),
    [
        ("territory", Subject("territory", "T3")),
        ("account", Subject("account", "T3/Mid market")),
        ("rollout", Subject("territory", "T3")),
    ],
)
def test_a_part_shows_no_card_and_no_row_of_dashes(case: Case, kind: str, subject: Subject) -> None:
    part = made(case, kind, subject, "zh-CN")
    for one in part.content["sections"]:
        for block in one["blocks"]:
            assert not [card for card in block.get("cards", ()) if card["value"] in ("", "–")]
            for row in block.get("rows", ()):
                assert [cell for cell in row[1:] if cell not in ("", "–")] or len(row) == 1


def test_an_account_is_told_whom_it_meets(case: Case) -> None:
    account = Subject("account", "T0/Key accounts")
    [notice] = blocks(made(case, "account", account), "coverage", "notice")
    assert notice["text"] == "One face to the customer: Rep number 0 covers the whole account."
    held = case.plan["assignments"]
    first = held[held["unit"] == account.key]
    halves = pd.concat([first.assign(share=0.5), first.assign(share=0.5, rep="R7"), held.iloc[1:]])
    shared = made(case.with_plan(assignments=halves), "account", account)
    [notice] = blocks(shared, "coverage", "notice")
    assert "Rep number 0, Rep number 7" in notice["text"]


def test_an_account_is_compared_with_the_history_of_its_units(case: Case) -> None:
    unit = "T0/Key accounts"
    days = pd.date_range("2025-01-01", periods=12, freq="MS")
    history = pd.DataFrame({"date": days, "sales": 20_000.0, "unit": unit})
    account = made(case.with_scenario(history=history), "account", Subject("account", unit))
    assert account.facts.past_sales() == pytest.approx(240_000.0)
    alone = made(case, "account", Subject("account", unit))
    assert pd.isna(alone.facts.past_sales())


def test_steps_that_name_the_account_are_its_next_steps(case: Case) -> None:
    document = case.scenario.config.document.model_dump()
    steps = [{"date": "2026-05-01", "name": "Contract with Unit 0 signed", "owner": "Wang"}]
    account = Subject("account", "T0/Key accounts")
    planned = made(case.with_config(document={**document, "milestones": steps}), "account", account)
    [table] = blocks(planned, "next_steps")
    assert ["1 May 2026", "Contract with Unit 0 signed", "Wang"] in table["rows"]
    other = made(case, "account", Subject("account", "T5/Key accounts"))
    assert blocks(other, "next_steps", "list")[0]["badge"] == "proposed by allocopt from the data"


def test_the_roll_out_note_names_every_change_by_date(case: Case) -> None:
    held = case.plan["assignments"]
    later = held.assign(start=held["start"].mask(held["unit"] == held["unit"][0], "2026-07-01"))
    [table] = blocks(made(case.with_plan(assignments=later), "rollout", COMPANY), "rollout_changes")
    assert column(table, "Unit")[-1] == "Unit 0"
    assert len(table["rows"]) == int((held["handover"] == "yes").sum())
    assert [str(row[0]) for row in table["rows"]] == ["1 January 2026"] * 2 + ["1 July 2026"]


def test_the_roll_out_note_shows_what_people_wrote(case: Case) -> None:
    document = case.scenario.config.document.model_dump()
    written = {
        "rollout": "We move closer to customers.",
        "faq": [{"question": "Who?", "answer": "Us."}],
    }
    note = made(case.with_config(document={**document, **written}), "rollout", COMPANY)
    assert "We move closer to customers." in blocks(note, "rollout", "prose")[0]["paragraphs"]
    [answer] = blocks(note, "faq", "list")
    assert (answer["title"], answer["items"]) == ("Who?", ["Us."])


def test_a_plan_without_changes_says_so(case: Case) -> None:
    held = case.plan["assignments"]
    calm = case.with_plan(assignments=held.assign(before=held["rep"], handover="no"))
    [notice] = blocks(made(calm, "rollout", COMPANY), "rollout_changes", "notice")
    assert notice["text"] == "No unit changes its rep."


def test_documents_about_parts_are_headed_by_their_name(case: Case) -> None:
    head = made(case, "territory", Subject("territory", "T2")).content["head"]
    labels = {entry["label"]: entry["value"] for entry in head["entries"]}
    assert head["title"] == "Territory 2"
    assert labels["Part of"] == "Plan 2026"
    assert labels["Lies in"] == "North"


def test_a_unit_that_goes_later_does_not_stay(case: Case) -> None:
    held = pd.DataFrame(
        [
            ("T0/Key accounts", "R0", "R0", "2026-01-01", "2026-06-30"),
            ("T0/Key accounts", "R1", "R0", "2026-07-01", "2026-12-31"),
            ("T0/Mid market", "R0", "R0", "2026-01-01", "2026-12-31"),
        ],
        columns=["unit", "rep", "before", "start", "end"],
    ).assign(share=1.0, handover=["no", "yes", "no"], reason="")
    note = made(case.with_plan(assignments=held), "rollout", OWN_REP)
    [short] = blocks(note, "rollout", "list")
    assert short["items"][:2] == ["One unit goes to somebody else.", "One unit stays as it is."]


def test_open_potential_is_what_nobody_sells(case: Case) -> None:
    held = pd.DataFrame(
        {"unit": ["T0/Key accounts", "T0/Key accounts"], "rep": ["R0", "R1"]}
    ).assign(before="R0", start="2026-01-01", end="2026-12-31", share=0.5, handover="no", reason="")
    shared = case.with_plan(assignments=held)
    facts = Facts(shared.plan, shared.scenario)  # type: ignore[arg-type]
    whole = facts.units.loc["T0/Key accounts"]
    (own,) = holdings(facts.within(OWN_REP)).to_dict("records")
    assert own["sales"] == pytest.approx(whole["sales"] / 2)
    assert own["open"] == pytest.approx(max(whole["potential"] - whole["sales"], 0))
