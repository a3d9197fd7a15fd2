"""Results: the key figures of a review, as the plan had them and as they came."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any

import pandas as pd

from allocopt.plan import OPTIONAL_TABLES, Plan
from allocopt.replanning.course import Course, Outlook
from allocopt.replanning.performance.accuracy import accuracy_of, forecasted
from allocopt.replanning.performance.amounts import Amounts, Books
from allocopt.replanning.performance.figures import (
    COMPANY,
    UNKNOWN,
    Figure,
    attainments,
    customers,
    hours_used,
    margins,
    returns,
    supplies,
    told_figures,
)
from allocopt.replanning.performance.landing import rest_of
from allocopt.replanning.performance.market import market_shares
from allocopt.replanning.performance.spans import Span

NAME = "results"
COLUMNS = list(OPTIONAL_TABLES[NAME])
TREND = (
    *("plan", "through", "year_plan", "ytd_actual", "ytd_attainment"),
    *("landing", "landing_lower", "landing_upper"),
    *("forecast_wape", "forecast_bias", "forecast_coverage"),
)


def results_table(course: Course, outlook: Outlook | None) -> pd.DataFrame:
    """The table `results`: kpi, scope, period, value, plan; period "" = all closed periods.

    What cannot be known from what came is NaN, and what nothing was told of has no row.
    """
    if not course.closed:
        return pd.DataFrame(columns=COLUMNS)
    books = Books(course)
    figures = [
        *_completion(books, outlook),
        *_accuracy(books),
        *attainments(books.reps, _year(books), _planned_kpi(course.plan, "share_at_quota")),
        *returns(books),
        *customers(books),
        *margins(books),
        *_market(books),
        *told_figures(books),
        *supplies(books),
        *hours_used(books),
    ]
    return pd.DataFrame(figures, columns=COLUMNS)


def trend(plans: Sequence[Plan]) -> pd.DataFrame:
    """A row per version, the first plan first: where the year stood and how well it was foreseen.

    `plan` is the version's id, `through` the last period that was over when it was made, "" for a plan
    that nothing has come of yet; its landing is what it plans.
    """
    return pd.DataFrame([_version(plan) for plan in plans], columns=list(TREND))


def _version(plan: Plan) -> dict[str, Any]:
    row: dict[str, Any] = {"plan": str(plan.summary.get("id", "")), "through": ""}
    if closed := plan.summary.get("review", {}).get("closed"):
        row["through"] = closed[-1]
    page = plan.tables.get("performance")
    if page is None or page.empty:
        return row | {"landing": _planned_kpi(plan, "sales")}
    years = page[(page["scope"] == COMPANY) & (page["grain"] == "year")]
    row |= {str(name): value for name, value in years.iloc[-1].items() if name in TREND[2:]}
    results = plan.tables.get("results", pd.DataFrame(columns=COLUMNS))
    company = results[results["kpi"].str.endswith(":company")].set_index("kpi")["value"]
    for name in ("forecast_wape", "forecast_bias", "forecast_coverage"):
        row[name] = float(company.get(f"{name}:company", UNKNOWN))
    return row


def _year(books: Books) -> Span:
    """The fiscal year to date."""
    return [span for span in books.spans if span.grain == "year"][-1]


def _completion(books: Books, outlook: Outlook | None) -> Iterator[Figure]:
    """Sales against plan and the share that was reached, of the year to date and as it will land."""
    span, company = _year(books), books.company
    to_date, year = list(span.to_date), list(span.year)
    planned, missing = (
        float(part[to_date].sum().sum()) for part in (company.plan, company.missing)
    )
    sold, year_plan = (
        float(company.actual[to_date].sum().sum()),
        float(company.plan[year].sum().sum()),
    )
    yield "sales", COMPANY, span.label, sold, planned
    reached = sold / (planned - missing) if planned > missing else UNKNOWN
    yield "plan_completion", COMPANY, span.label, reached, 1.0
    if outlook is not None:
        rest = float(rest_of(books, outlook).of(company)["expected"].sum())
        yield "landing", COMPANY, span.label, sold + missing + rest, year_plan
    for amounts in (books.territories, books.by_place("segment"), books.reps):
        yield from _reached(amounts, span)


def _reached(amounts: Amounts, span: Span) -> Iterator[Figure]:
    to_date = list(span.to_date)
    asked = amounts.plan[to_date].sum(axis=1) - amounts.missing[to_date].sum(axis=1)
    reached = amounts.actual[to_date].sum(axis=1, min_count=1) / asked.where(asked > 0)
    for item, share in reached.items():
        yield "plan_completion", f"{amounts.scope}={item}", span.label, float(share), 1.0


def _accuracy(books: Books) -> Iterator[Figure]:
    """Errors of the forecasts that were in force, beside what the back-test and the interval promised."""
    course = books.course
    promised = {
        "wape": _planned_kpi(course.plan, "forecast_wape"),
        "coverage": course.scenario.config.forecast.interval,
        "bias": 0.0,
    }
    for level in forecasted(books):
        for metric, value in accuracy_of(level):
            # The back-test measured cells.
            plan = UNKNOWN if metric == "wape" and level.level != "cell" else promised[metric]
            yield f"forecast_{metric}:{level.level}", COMPANY, "", value, plan


def _market(books: Books) -> Iterator[Figure]:
    for scope, period, value, plan in market_shares(books).itertuples(index=False):
        yield "market_share", str(scope), str(period), float(value), float(plan)


def _planned_kpi(plan: Plan, kpi: str) -> float:
    """A key figure that a plan has of the company's whole horizon; NaN where it has none."""
    rows = plan["kpis"]
    rows = rows[
        (rows["kpi"] == kpi) & (rows["scope"] == COMPANY) & (rows["period"].fillna("") == "")
    ]
    return float(rows["value"].iloc[0]) if len(rows) else UNKNOWN
