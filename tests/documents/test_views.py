"""Parts of a plan: what belongs to a territory, an account or a rep, and that parts add up."""

from __future__ import annotations

import pandas as pd
import pytest

from allocopt.documents.facts import Facts
from allocopt.documents.facts.concerns import concerns
from allocopt.documents.facts.credits import credited
from allocopt.documents.facts.holdings import classes
from allocopt.documents.facts.indexed import Indexed
from allocopt.documents.facts.subject import COMPANY, Subject, parse_subject, subjects_of
from allocopt.errors import AllocoptError

from .conftest import Case


@pytest.fixture(scope="module")
def company(case: Case) -> Facts:
    return Facts(case.plan, case.scenario)


@pytest.mark.parametrize(
    ("text", "subject"),
    [
        ("company", COMPANY),
        ("rep=Ann", Subject("rep", "Ann")),
        (" territory = East ", Subject("territory", "East")),
        ("account=Acme=West", Subject("account", "Acme=West")),
    ],
)
def test_a_subject_is_read_from_its_text(text: str, subject: Subject) -> None:
    assert parse_subject(text) == subject


@pytest.mark.parametrize("text", ["", "rep", "rep=", "company=Acme", "team=East"])
def test_a_text_that_names_no_subject_is_refused(text: str) -> None:
    with pytest.raises(ValueError, match="expected company"):
        parse_subject(text)


def test_an_unknown_subject_is_told_with_the_one_that_is_near(company: Facts) -> None:
    with pytest.raises(AllocoptError, match="did you mean 'R11'"):
        company.within(Subject("rep", "R111"))


@pytest.mark.parametrize("kind", ["territory", "account", "rep"])
def test_sales_of_all_parts_of_a_kind_add_up_to_the_company(case: Case, kind: str) -> None:
    company = Facts(case.plan, case.scenario)
    parts = [company.within(one) for one in subjects_of(kind, case.plan, case.scenario)]
    # Territories that hold others would count them twice.
    leaves = [part for part in parts if kind != "territory" or part.subject.key.startswith("T")]
    assert sum(part.sales() for part in leaves) == pytest.approx(company.sales())


def test_a_territory_has_all_below_it(company: Facts) -> None:
    north = company.within(Subject("territory", "North"))
    below = [company.within(Subject("territory", f"T{k}")) for k in range(5)]
    assert set(north.units["territory"]) == {f"T{k}" for k in range(5)}
    assert north.sales() == pytest.approx(sum(part.sales() for part in below))


def test_figures_of_the_company_are_unknown_in_a_part(company: Facts) -> None:
    part = company.within(Subject("territory", "T1"))
    assert company.contribution() == company.contribution()
    assert pd.isna(part.contribution())
    assert pd.isna(part.part("people"))


def test_a_part_of_a_part_is_taken_from_the_company(company: Facts) -> None:
    part = company.within(Subject("territory", "T1")).within(Subject("rep", "R0"))
    assert part.whole is company
    assert set(part.table("assignments")["rep"]) == {"R0"}
    assert part.within(COMPANY) is company


def test_a_rep_is_credited_with_the_periods_and_the_share_that_the_rep_has(case: Case) -> None:
    # Mill has 10 a month: Ann has all of it in half a year, then Ben and Cem share it 3 to 1.
    assignments = pd.DataFrame(
        [
            ("Mill", "Ann", "2026-01-01", "2026-06-30", 1.0),
            ("Mill", "Ben", "2026-07-01", "2026-12-31", 0.75),
            ("Mill", "Cem", "2026-07-01", "2026-12-31", 0.25),
            ("Quay", "", "2026-01-01", "2026-12-31", 0.0),
        ],
        columns=["unit", "rep", "start", "end", "share"],
    )
    labels = case.scenario.calendar.labels
    rows = [(unit, label, 10.0, 8.0, 2.0, 1.0) for unit in ("Mill", "Quay") for label in labels]
    sales = pd.DataFrame(rows, columns=["unit", "period", "sales", "demand", "lift", "spend"])
    table = credited(assignments, sales, case.scenario.calendar)
    sums = table.groupby("rep")["sales"].sum().to_dict()
    assert sums == pytest.approx({"Ann": 60.0, "Ben": 45.0, "Cem": 15.0})


def test_rows_about_a_key_are_found_in_the_order_of_the_table() -> None:
    table = pd.DataFrame({"item": ["demand/Ann", "Ben", None, "Ann", "Anna"], "n": range(5)})
    indexed = Indexed(table)
    assert list(indexed.about("item", {"Ann"})["n"]) == [0, 3]
    assert list(indexed.of("item", ["Ben", "Ann"])["n"]) == [1, 3]
    assert indexed.of("item", {"nobody"}).empty


@pytest.mark.parametrize(
    ("text", "scope", "is_told"),
    [
        ("Plan approved", "", True),
        ("Territory 1 covered again", "", True),
        ("Territory 2 covered again", "", False),
        ("Territory 12 is another word", "", True),
        ("Campaign", "territory=North", True),
        ("Campaign", "territory=South", False),
        ("Campaign", "segment=Mid market", True),
        ("Campaign", "rep=R3", True),
        ("Campaign", "rep=R0", False),
    ],
)
def test_a_part_is_told_what_concerns_it(
    company: Facts, text: str, scope: str, is_told: bool
) -> None:
    # T1 lies in the North; its units belong to R3, R4 and R5.
    part = company.within(Subject("territory", "T1"))
    assert concerns(part, text, scope=scope) is is_told


def test_classes_follow_what_the_largest_units_bring_together() -> None:
    # 60 and 10 are the first 70 %, 20 more the next 20 %, and the rest comes last.
    assert classes(pd.Series([60.0, 12.0, 10.0, 9.0, 9.0])) == ["A", "A", "B", "B", "C"]
    assert classes(pd.Series([float("nan")])) == [""]
