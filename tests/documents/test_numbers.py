"""Every number in a document is a number of the plan, or follows from such by a step that is named here."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from itertools import chain, combinations
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pytest

from allocopt.documents.facts import Facts
from allocopt.documents.facts.subject import Subject, subjects_of
from allocopt.documents.kinds import KINDS
from allocopt.documents.language import formats
from allocopt.documents.language.shown import Shown
from allocopt.documents.rendering import Material, Rendering, Request, Solved, facts_of
from allocopt.documents.rendering import rendering_within as rendering
from allocopt.documents.sections.my_money import spend_by_cell
from allocopt.documents.sections.quotas import spans_of
from allocopt.planning import plan_scenario
from allocopt.scenario import load_scenario

SCENARIOS = Path(__file__).parents[2] / "scenarios"
KINDS_OF_PEOPLE = ("rep", "territory", "account", "rollout")
# Tables of a plan whose amounts documents add up, with the keys that they are added up by.
SUMMED = {
    "sales": ("unit", "territory", "segment", "span", "period"),
    "credits": ("unit", "rep", "span", "period"),
    "time": ("unit", "rep", "span", "period"),
    "support": ("unit", "rep", "span", "period"),
    "budget": ("lever", "territory", "segment", "period"),
    "quotas": ("level", "rep", "span", "period"),
    "reps": ("rep",),
    "units": ("unit", "territory", "segment", "branch", "moved"),
    "handovers": ("before", "rep"),
    "attainment": ("level", "rep"),
    "past": ("territory", "segment", "branch", "period"),
    "assignments": ("unit", "rep", "before"),
    "shortfalls": ("rule", "item"),
    "forecast_nodes": ("node", "period"),
}

MOST_KEYS = 2
# How many reps, territories and accounts of each plan have their documents read.
MOST_SUBJECTS = {"changing_team": 4, "media_mix": 1}


@dataclass(frozen=True)
class Told:
    """A document, every value that was written for it, and the amounts that the plan has of its subject."""

    made: Rendering
    values: tuple[Shown, ...]
    amounts: np.ndarray

    def where(self, shown: Shown) -> str:
        """Which document says a value, and which value."""
        return f"{self.made.request.kind} {self.made.request.subject}: {shown} ({shown.value})"


@pytest.fixture(scope="module")
def solved() -> list[Solved]:
    """A team that changes, and campaigns with a history: solved, not made up."""
    scenarios = [load_scenario(SCENARIOS / name) for name in MOST_SUBJECTS]
    return [Solved(plan_scenario(scenario), scenario) for scenario in scenarios]


@pytest.fixture(scope="module")
def documents(solved: list[Solved]) -> list[Told]:
    """Every kind for people about what it can be about."""
    return [told for one in solved for told in _documents(one)]


def _documents(solved: Solved) -> Iterator[Told]:
    whole = Facts(solved.plan, solved.scenario)
    most = MOST_SUBJECTS[solved.scenario.name]
    amounts: dict[Subject, np.ndarray] = {}
    for name in KINDS_OF_PEOPLE:
        kind = KINDS[name]
        company = facts_of(Material(solved), kind.reader)
        for about in kind.subjects:
            for subject in subjects_of(about, solved.plan, solved.scenario)[:most]:
                if subject not in amounts:
                    amounts[subject] = _amounts(whole.within(subject))
                request = Request(kind=name, language="en", subject=subject)
                yield _told(company, request, amounts[subject])


def _told(company: Facts, request: Request, amounts: np.ndarray) -> Told:
    written: list[Shown] = []
    write = formats._shown

    def record(*asked: Any) -> str:
        text = write(*asked)
        if isinstance(text, Shown):
            written.append(text)
        return text

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(formats, "_shown", record)
        made = rendering(company, request)
        return Told(made, tuple(written), amounts)


def test_every_amount_is_one_of_the_plan_or_a_sum_of_its_rows(documents: list[Told]) -> None:
    assert not [
        told.where(shown)
        for told in documents
        for shown in told.values
        if _is_amount(shown) and not _is_in(shown.value, told.amounts)
    ]


def test_every_share_divides_two_amounts_of_the_plan(documents: list[Told]) -> None:
    assert not [
        told.where(shown)
        for told in documents
        for shown in told.values
        if shown.what != "date" and not _is_amount(shown) and not _is_share(shown, told)
    ]


def test_every_total_is_the_sum_of_its_rows(documents: list[Told]) -> None:
    checked = 0
    for told in documents:
        for block in _tables(told.made):
            for place, total in enumerate(block["total"]):
                if isinstance(total, Shown) and _is_amount(total):
                    cells = [row[place] for row in block["rows"] if isinstance(row[place], Shown)]
                    _check_total(total, [cell.value for cell in cells], block)
                    checked += 1
    assert checked > 40


def _check_total(total: Shown, parts: list[Any], block: dict[str, Any]) -> None:
    if block["more"].startswith("and "):
        return
    if total.value == pytest.approx(sum(parts)):
        return
    # What several share is counted once in the total, and only counts may be shared.
    assert float(total.value).is_integer(), block["caption"]
    assert max(parts) <= total.value < sum(parts), block["caption"]


def test_a_rep_is_told_no_figure_of_another(documents: list[Told]) -> None:
    """Quotas, hours and expected sales of others are in no sheet, whatever they are about."""
    for told in documents:
        facts = told.made.facts
        if told.made.request.kind != "rep" or facts.whole is None:
            continue
        others = _figures_of_others(facts)
        secret = np.array([value for value in others if not _is_in(value, told.amounts)])
        said = [shown for shown in told.values if _is_amount(shown)]
        assert not [str(shown) for shown in said if _is_in(shown.value, np.sort(secret))]


def _figures_of_others(facts: Facts) -> list[float]:
    assert facts.whole is not None
    quotas = facts.whole.table("quotas")
    quotas = quotas[(quotas["level"] == "rep") & (quotas["rep"] != facts.subject.key)]
    sums = quotas.groupby("rep")[["quota", "expected"]].sum()
    reps = facts.whole.reps.drop(index=facts.subject.key, errors="ignore")
    values = [
        *quotas["quota"],
        *sums.to_numpy().ravel(),
        *reps[["hours", "load"]].to_numpy().ravel(),
    ]
    return [float(value) for value in values if value > 100]


def _is_amount(shown: Shown) -> bool:
    """Whether a value is an amount or a count; small numbers with decimals are ratios."""
    is_ratio = shown.what == "number" and shown.decimals == 2 and abs(shown.value) < 100
    return shown.what in ("money", "number") and not is_ratio


def _tables(made: Rendering) -> Iterator[dict[str, Any]]:
    for part in made.content["sections"]:
        yield from (block for block in part["blocks"] if block["kind"] == "table")


def _is_in(value: object, known: np.ndarray) -> bool:
    """Whether a value is one of the sorted known ones, but for the arithmetic."""
    if isinstance(value, date):
        return True
    number = abs(float(value))  # type: ignore[arg-type]
    place = np.searchsorted(known, number)
    near = known[max(place - 1, 0) : place + 1]
    return bool(np.isclose(near, number, rtol=1e-9, atol=1e-9).any())


def _is_share(shown: Shown, told: Told) -> bool:
    """Whether a share is one of the plan's or divides two of its amounts; a change is one less."""
    if _is_in(shown.value, _shares(told.made.facts)):
        return True
    value = float(shown.value)  # type: ignore[arg-type]
    against = value + 1 if shown.what == "change" else value
    return against in (0.0, 1.0) or any(
        _is_in(against * amount, told.amounts) for amount in told.amounts[told.amounts > 0]
    )


def _amounts(facts: Facts) -> np.ndarray:
    """Sizes of the subject's amounts, of their sums, of what is open, and of what is counted; sorted."""
    tables = [_frame(name, facts) for name in SUMMED]
    sums = [_sums(frame, SUMMED[name]) for name, frame in zip(SUMMED, tables, strict=True)]
    cells = spend_by_cell(facts.whole or facts)
    loose = facts.binding["value_of_one_more"].abs()
    worth = facts.binding.assign(one=loose, percent=loose * facts.binding["limit"].abs() / 100)
    missed = facts.shortfalls[["amount", "cost"]]
    found = np.concatenate(
        [
            *sums,
            _sums(worth[["rule", "item", "one", "percent"]], ("rule", "item")),
            _sums(missed, ()),
            _sums(cells[["lever", "spend"]], ("lever",)),
            np.arange(len(facts.units) + len(facts.reps) + len(facts.periods) + 1, dtype=float),
            _goals(facts),
            _of_the_solve(facts),
            # Where the classes of the tile map begin.
            facts.by("territory")["sales"].quantile([0.2, 0.4, 0.6, 0.8]).to_numpy(),
        ]
    )
    return _sizes(found)


def _shares(facts: Facts) -> np.ndarray:
    """Shares that the plan's tables and its solve hold as they are; sorted."""
    odds = facts.table("attainment")["attain_probability"].to_numpy(float)
    return _sizes(np.concatenate([odds, _of_the_solve(facts)]))


def _of_the_solve(facts: Facts) -> np.ndarray:
    """Numbers of plan.json: how good the plan and its forecast are."""
    told = {**facts.summary, **facts.summary.get("forecast", {})}
    return np.array([value for value in told.values() if isinstance(value, int | float)], float)


def _sizes(numbers: np.ndarray) -> np.ndarray:
    return np.unique(np.abs(numbers[np.isfinite(numbers)]))


def _goals(facts: Facts) -> np.ndarray:
    """What the plan misses of its quotas."""
    quota = facts.company_quota
    return np.array([quota, facts.sales(), facts.sales() - quota, facts.compared_sales()])


def _frame(name: str, facts: Facts) -> pd.DataFrame:
    """A table with the keys that documents add it up by."""
    company = facts.whole or facts
    frames = {
        "sales": facts.unit_sales,
        "credits": facts.credits,
        "units": _units(facts),
        "handovers": facts.handovers.join(company.units["demand"], on="unit"),
    }
    frame = frames.get(name, facts.table(name))
    if name == "past":
        frame = facts.past[facts.past["period"].isin(facts.compared[1])]
    if "territory" in frame:
        frame = frame.assign(branch=frame["territory"].map(_branches(company, facts.subject.key)))
    if "period" in frame:
        return frame.assign(span=frame["period"].map(spans_of(facts)))
    return frame


def _units(facts: Facts) -> pd.DataFrame:
    units = facts.units.reset_index()
    moved = units["unit"].isin(facts.handovers["unit"]).astype(str)
    units = units.assign(moved=moved)
    return units.assign(open=(units["potential"] - units["sales"]).clip(lower=0.0), units=1.0)


def _branches(facts: Facts, node: str) -> dict[str, str]:
    tree = facts.scenario.territory_tree
    return {place: child for child in tree.children(node) for place in tree.within([child])}


def _sums(frame: pd.DataFrame, keys: tuple[str, ...]) -> np.ndarray:
    """Sums of all number columns by every choice of keys, and how many rows and names each group has."""
    own = [key for key in keys if key in frame]
    numbers = frame.select_dtypes("number")
    if frame.empty or numbers.empty:
        return np.zeros(1)
    found = [numbers.sum().to_numpy(), numbers.to_numpy().ravel()]
    choices = chain.from_iterable(combinations(own, n) for n in range(1, MOST_KEYS + 1))
    for chosen in (keys for keys in choices if not {"span", "period"} <= set(keys)):
        groups = [frame[key].astype(object).fillna("") for key in chosen]
        found.append(numbers.groupby(groups).sum().to_numpy().ravel())
    return np.concatenate([np.asarray(part, float) for part in found])
