"""Performance: the first page of a review, a row per scope, item and span of time."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np
import numpy.typing as npt
import pandas as pd

from allocopt.config.scope import Scope, parse_scope
from allocopt.plan import OPTIONAL_COLUMNS, OPTIONAL_TABLES
from allocopt.replanning.course import Course, Outlook
from allocopt.replanning.performance.amounts import Amounts, Books
from allocopt.replanning.performance.landing import Rest, rest_of
from allocopt.replanning.performance.spans import Span, Spans
from allocopt.scenario import Scenario

Floats = npt.NDArray[np.float64]
NAME = "performance"
COLUMNS = (*OPTIONAL_TABLES[NAME], *OPTIONAL_COLUMNS[NAME])


def performance_table(course: Course, outlook: Outlook | None) -> pd.DataFrame:
    """The table `performance`: plan, actual and outlook by scope, item and period [currency].

    A row per closed plan period, and per month (of weeks), quarter and fiscal year as far as it is over;
    `period` tells them apart. Unknown is NaN: what a territory that has not reported sold, a prior year
    before an item's first sale, a landing in the past of a year that goes on.
    """
    books = Books(course)
    rest = rest_of(books, outlook)
    if not course.closed:
        return pd.DataFrame(columns=list(COLUMNS))
    parts = [part for amounts in books for part in _of_scope(course, amounts, books.spans, rest)]
    return pd.concat(parts, ignore_index=True)[list(COLUMNS)]


def _of_scope(course: Course, amounts: Amounts, spans: Spans, rest: Rest) -> Iterator[pd.DataFrame]:
    """Rows of one scope, a frame per span."""
    to_come = rest.of(amounts)
    for span in spans:
        rows = _rows(amounts, span, spans, to_come)
        yield rows.assign(target=_targets(course.scenario, amounts, span, spans))


def _rows(amounts: Amounts, span: Span, spans: Spans, rest: pd.DataFrame) -> pd.DataFrame:
    """One row per item of a scope about one span."""
    plan, actual, missing = amounts.plan, amounts.actual, amounts.missing
    over, to_date, season = list(span.places), list(span.to_date), spans.calendar.season
    year_plan = _total(plan, list(span.year))
    rows = pd.DataFrame(
        {
            "plan": _total(plan, over),
            "actual": _known(actual[over]),
            "prior_year": _total(actual, [place - season for place in over]),
            "ytd_plan": _total(plan, to_date),
            "ytd_actual": _known(actual[to_date]),
            "time_elapsed": spans.elapsed(span),
            "year_plan": year_plan,
            "unreported": _total(missing, over),
            "ytd_unreported": _total(missing, to_date),
            "ytd_prior_year": _total(actual, [place - season for place in to_date]),
            "quota": np.nan if amounts.quota is None else _total(amounts.quota, over),
        },
        index=amounts.items,
    )
    former = spans.before(span)
    rows["previous"] = np.nan if former is None else _reported_total(amounts, list(former))
    rows = _shares(rows).join(_landing(rows, span, spans, rest))
    rows["to_go"] = year_plan - rows["ytd_actual"]
    left = len(span.to_come)
    rows["required_run_rate"] = rows["to_go"].clip(lower=0.0) / left if left else np.nan
    return rows.assign(scope=amounts.scope, item=amounts.items, period=span.label, grain=span.grain)


def _shares(rows: pd.DataFrame) -> pd.DataFrame:
    """Rates of what is in the rows; unknown without anything above 0 to measure by.

    Attainment is that of those who have reported; growth is unknown where somebody has not.
    """
    whole, ytd_whole = rows["unreported"] == 0, rows["ytd_unreported"] == 0
    return rows.assign(
        attainment=_ratio(rows["ytd_actual"], rows["year_plan"]),
        period_attainment=_ratio(rows["actual"], rows["plan"] - rows["unreported"]),
        ytd_attainment=_ratio(rows["ytd_actual"], rows["ytd_plan"] - rows["ytd_unreported"]),
        growth_year=_ratio(rows["actual"], rows["prior_year"]).where(whole) - 1,
        ytd_growth_year=_ratio(rows["ytd_actual"], rows["ytd_prior_year"]).where(ytd_whole) - 1,
        growth_previous=_ratio(rows["actual"], rows["previous"]).where(whole) - 1,
    )


def _landing(rows: pd.DataFrame, span: Span, spans: Spans, rest: pd.DataFrame) -> pd.DataFrame:
    """landing and its bounds: what came, plan where nobody has reported, and what is expected of the rest.

    They are told as of today: for the last closed period, and for years that are over.
    """
    names = ["landing", "landing_lower", "landing_upper"]
    if span.places.stop not in (spans.closed, span.year.stop):
        return pd.DataFrame(np.nan, index=rows.index, columns=names)
    came = rows["ytd_actual"].fillna(0.0) + rows["ytd_unreported"].fillna(0.0)
    if span.to_come:
        bounds = rest[["expected", "lower", "upper"]].set_axis(names, axis=1)
        return bounds.add(came, axis=0)
    return pd.DataFrame(dict.fromkeys(names, came))


def _targets(scenario: Scenario, amounts: Amounts, span: Span, spans: Spans) -> Floats:
    """What `targets` asks of each item in sales over exactly the span; a goal goes before a floor."""
    found = pd.Series(np.nan, index=amounts.items, dtype=float)
    first, last = spans.days(span)
    table = scenario.table("targets")
    table = table[(table["start"] == first) & (table["end"] == last)]
    table = table[table["measure"].fillna("sales") == "sales"]
    for row in table.sort_values("kind", na_position="last").to_dict("records"):
        scope = parse_scope(row["scope"]) if isinstance(row["scope"], str) else Scope("company")
        if scope.kind == amounts.scope and scope.value in found.index:
            found[scope.value] = float(row["amount"])
    return np.asarray(found, dtype=np.float64)


def _total(amounts: pd.DataFrame, places: list[int]) -> pd.Series[float]:
    """Sums over places; unknown where any of them is."""
    return amounts.reindex(columns=places).sum(axis=1, skipna=False)


def _reported_total(amounts: Amounts, places: list[int]) -> pd.Series[float]:
    """Sales over places of which all has been reported."""
    silent = amounts.missing.reindex(columns=places, fill_value=0.0).sum(axis=1) > 0
    return _total(amounts.actual, places).mask(silent)


def _known(amounts: pd.DataFrame) -> pd.Series[float]:
    """Sums of what is known; unknown where nothing is."""
    return amounts.sum(axis=1, min_count=1)


def _ratio(part: pd.Series[float], whole: pd.Series[float]) -> pd.Series[float]:
    return part / whole.where(whole > 0)
