"""Years: sales, people, spend and contribution of a plan of several years, year by year."""

from __future__ import annotations

from collections import Counter
from dataclasses import replace

import pandas as pd

from allocopt.calendar import share_of_periods
from allocopt.documents.blocks import Block, Section, bullets, columns, notice, section, table
from allocopt.documents.facts import Facts, ratio, records
from allocopt.documents.figures.years import year_chart
from allocopt.documents.language.formats import known
from allocopt.documents.language.voice import Voice
from allocopt.documents.lean_table import lean_table
from allocopt.problem.supply import unit_margin

# The parts of a year add up to the plan's contribution when they miss it by less than this share.
TOLERANCE = 5e-3


def years_section(facts: Facts, voice: Voice) -> Section:
    """The path through the years, and what each yearly plan takes from it."""
    years, whole = years_of(facts), whole_years(facts)
    in_part = [voice.show.period(str(label)) for label in years.index if label not in whole]
    blocks = [
        bullets([sentence] if (sentence := _path(years.loc[whole], voice)) else []),
        year_chart(years, facts, voice),
        _table(years, whole, voice),
        notice(voice.say("years.in_part", names=voice.show.join(in_part))) if in_part else None,
        notice(voice.say("years.yearly_plans")),
    ]
    return section("years", voice, blocks)


def later_years_section(facts: Facts, voice: Voice) -> Section:
    """What later years rest on: demand by segment and its growth, positions and their start."""
    years = list(dict.fromkeys(year_of(facts).values()))
    if len(years) < 2:
        return section("later_years", voice, [])
    blocks = [
        notice(voice.say("later_years.uncertain")),
        _demand(facts, years, "segment", voice),
        _demand(facts, years, "territory", voice),
        _positions(facts, voice),
    ]
    return section("later_years", voice, blocks)


def year_of(facts: Facts) -> dict[str, str]:
    """Label of the fiscal year that each planned period begins in."""
    calendar = facts.scenario.calendar
    labels = replace(calendar, period="year").label_of(pd.Series(calendar.starts))
    return dict(zip(calendar.labels, labels.astype(str), strict=True))


def whole_years(facts: Facts) -> list[str]:
    """Fiscal years that the plan has every period of; years of which it has a part do not compare."""
    number = Counter(year_of(facts).values())
    return [label for label, planned in number.items() if planned >= facts.scenario.calendar.season]


def years_of(facts: Facts) -> pd.DataFrame:
    """Per year: demand, sales, spend, margin, people, contribution [currency], reps, hires.

    Contribution is unknown where the parts of the years do not add up to the plan's.
    """
    year = year_of(facts)
    sold = facts.unit_sales.assign(year=facts.unit_sales["period"].map(year))
    sold = sold.assign(margin=sold["sales"] * sold["unit"].map(_margins(facts)))
    table_rows = sold.groupby("year", sort=False)[["demand", "sales", "margin"]].sum(min_count=1)
    money = facts.table("budget")
    spend = money.groupby(money["period"].map(year))["spend"].sum()
    people = _people(facts)
    starts = pd.to_datetime(facts.hires["start"], errors="coerce")
    hires = replace(facts.scenario.calendar, period="year").label_of(starts).value_counts()
    table_rows = table_rows.join(people).assign(
        spend=spend.reindex(table_rows.index).fillna(0.0),
        hires=hires.reindex(table_rows.index).fillna(0.0),
    )
    return table_rows.assign(contribution=_contribution(table_rows, facts))


def _margins(facts: Facts) -> pd.Series[float]:
    """Margin of each unit: of its products where those have one, else of its segment. [share of sales]"""
    segments = facts.scenario.table("segments").set_index("segment")["margin"].dropna()
    units = facts.scenario.table("units").set_index("unit")
    return unit_margin(facts.scenario, units, units["segment"].map(segments).fillna(1.0))


def _people(facts: Facts) -> pd.DataFrame:
    """Reps who work in each year, and their cost, which is the same in each period. [currency]"""
    calendar = facts.scenario.calendar
    rows = facts.table("reps")
    rows = rows[rows["rep"].isin(facts.active_reps.index)]
    first, last = (pd.to_datetime(rows[name], errors="coerce") for name in ("start", "end"))
    first, last = first.fillna(calendar.plan_start), last.fillna(calendar.plan_end)
    share = pd.DataFrame(share_of_periods(first, last, calendar), columns=list(calendar.labels))
    worked = share.T.groupby(pd.Series(year_of(facts)), sort=False).sum().T
    cost = worked.div(worked.sum(axis=1), axis=0).mul(rows["cost"].to_numpy(), axis=0)
    counted = worked.gt(0).groupby(rows["rep"].to_numpy()).any().sum()
    return pd.DataFrame({"reps": counted.astype(float), "people": cost.sum(min_count=len(rows))})


def _contribution(years: pd.DataFrame, facts: Facts) -> pd.Series[float]:
    """Margin less spend, people and hiring by year, where that is all that there is."""
    hiring = years["hires"] * (facts.scenario.config.headcount.hire_cost or 0.0)
    found = years["margin"] - years["spend"] - years["people"] - hiring
    whole = facts.contribution()
    fits = abs(float(found.sum()) - whole) <= TOLERANCE * abs(whole)
    return found if fits else found * float("nan")


def _path(years: pd.DataFrame, voice: Voice) -> str:
    """From the first year to the last in a sentence; blank for a single one."""
    if len(years) < 2:
        return ""
    first, last = float(years["sales"].iloc[0]), float(years["sales"].iloc[-1])
    if not known(first) or not known(last):
        return ""
    yearly = ratio(last, first) ** (1 / (len(years) - 1)) - 1
    return voice.say(
        "years.path",
        first=voice.show.period(str(years.index[0])),
        last=voice.show.period(str(years.index[-1])),
        was=voice.show.money(first),
        now=voice.show.money(last),
        change=voice.show.change(yearly),
    )


def _table(years: pd.DataFrame, whole: list[str], voice: Voice) -> Block | None:
    """A row per year."""
    show, sales = voice.show, years["sales"].where(years.index.isin(whole))
    grown = years.assign(growth=sales / sales.shift() - 1)
    rows = [
        [
            show.period(str(label)),
            show.compact(row["demand"]),
            show.compact(row["sales"]),
            show.change(row["growth"]),
            show.number(row["reps"]),
            show.number(row["hires"]),
            show.compact(row["spend"]),
            show.compact(row["people"]),
            show.compact(row["contribution"]),
        ]
        for label, row in records(grown)
    ]
    keys = "year #demand #sales #on_year_before #reps #hires #spend #people_cost #contribution"
    return lean_table(voice.say("years.table"), keys, rows, voice)


def _demand(facts: Facts, years: list[str], column: str, voice: Voice) -> Block | None:
    """Demand by year and its mean growth, by segment or territory."""
    rows = facts.unit_sales.assign(year=facts.unit_sales["period"].map(year_of(facts)))
    spread = rows.pivot_table(index=column, columns="year", values="demand", aggfunc="sum")
    spread = spread.reindex(columns=years).sort_values(years[-1], ascending=False)
    names = {"segment": "segments", "territory": "territories"}[column]
    yearly = _yearly_growth(spread[whole_years(facts)])
    body = [
        [
            facts.name_of(names, str(key)),
            *(voice.show.compact(float(value)) for value in row),
            *([] if yearly.empty else [voice.show.change(float(yearly[key]))]),
        ]
        for key, row in zip(spread.index, spread.to_numpy(), strict=True)
    ]
    heads = [
        *columns(column, voice),
        *((voice.show.period(label), "number") for label in years),
        *columns("" if yearly.empty else "#yearly_growth", voice),
    ]
    return table(voice.say(f"later_years.demand_{column}"), heads, body, voice)


def _yearly_growth(years: pd.DataFrame) -> pd.Series[float]:
    """Mean growth a year from the first column to the last; empty with less than two."""
    if years.shape[1] < 2:
        return pd.Series(dtype=float)
    first, last = years.iloc[:, 0], years.iloc[:, -1]
    grown: pd.Series[float] = (last / first.where(first > 0)) ** (1 / (years.shape[1] - 1)) - 1
    return grown


def _positions(facts: Facts, voice: Voice) -> Block | None:
    """Positions that are filled, and from when."""
    rows = [
        [facts.name_of("reps", str(rep)), voice.show.date(row["start"])]
        for rep, row in facts.hires.iterrows()
    ]
    return table(voice.say("later_years.positions"), columns("rep @since", voice), rows, voice)
