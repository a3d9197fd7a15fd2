"""Forecast charts: the page of series charts of a forecast, its back-test and what was flagged."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace

import numpy as np
import pandas as pd

from allocopt.calendar import Calendar
from allocopt.documents.language.text import known_text
from allocopt.documents.language.voice import Voice, voice_of
from allocopt.documents.pages.series_chart import (
    BACKTEST,
    COMPANY,
    EVENT,
    FLAGS,
    FORECAST,
    OUTLIER,
    PAST,
    PROVENANCE,
    SHIFT,
    SeriesTables,
    choose_series,
    render_series_charts,
    series_key,
)
from allocopt.forecasting import Forecast
from allocopt.forecasting.panel import Panel
from allocopt.scenario import Scenario
from allocopt.territory_tree import TerritoryTree

CELL = ["territory", "segment"]
UNIT = [*CELL, "unit"]
# What the report calls a finding, and the text that says what became of it.
TOLD = {OUTLIER: "series_chart.taken", SHIFT: "series_chart.moved"}


def render_forecast_charts(
    forecast: Forecast, scenario: Scenario, series: Sequence[str] = (), *, language: str
) -> str:
    """One HTML page with a chart per series, asked for as `East/SMB`; the largest where none is.

    Raises:
        AllocoptError: there is no such series, or there are no texts for the language.
    """
    currency, tree = scenario.config.scenario.currency, scenario.territory_tree
    tables = series_tables(forecast, tree, scenario.config.forecast.interval)
    chosen = choose_series(tables, series)
    places = _places(forecast, chosen)
    flags = [
        *_found(forecast, chosen, voice_of(language, currency)),
        *_events(scenario.table("events"), places, tree, scenario.calendar),
    ]
    tables = replace(
        tables,
        past=pd.concat([tables.past, _gaps(forecast, chosen)], ignore_index=True),
        flags=pd.DataFrame(flags, columns=FLAGS),
    )
    return render_series_charts(tables, chosen, language=language, currency=currency)


def series_tables(forecast: Forecast, tree: TerritoryTree, interval: float) -> SeriesTables:
    """Nodes of the tree, the company, cells and units; a node comes before a cell of its name."""
    cells = forecast.tested[forecast.tested["unit"] == ""]
    return SeriesTables(
        _together(FORECAST, forecast.nodes.assign(series=forecast.nodes["node"]), forecast.table),
        _together(
            PAST,
            _sums(forecast.past, tree, ["period"], "sales"),
            forecast.past,
            _past_of_units(forecast),
        ),
        _together(BACKTEST, _sums(cells, tree, ["origin", "period"], "mean"), forecast.tested),
        provenance=_together(PROVENANCE, forecast.provenance),
        interval=interval,
    )


def _together(columns: list[str], *tables: pd.DataFrame) -> pd.DataFrame:
    """Tables with a series each, below one another; the first row of a key counts."""
    keyed = [
        table if "series" in table else table.assign(series=_keys(table))
        for table in tables
        if len(table)
    ]
    if not keyed:
        return pd.DataFrame(columns=columns)
    rows = pd.concat([table[columns] for table in keyed], ignore_index=True)
    key = [column for column in ("series", "origin", "period") if column in columns]
    return rows.drop_duplicates(key, ignore_index=True)


def _keys(table: pd.DataFrame) -> pd.Series[str]:
    """The series key of each row, of many rows at once."""
    named = table[[column for column in UNIT if column in table]]
    distinct = named.drop_duplicates()
    keys = [series_key(*names) for names in distinct.itertuples(index=False)]
    places = pd.MultiIndex.from_frame(distinct).get_indexer(pd.MultiIndex.from_frame(named))
    return pd.Series(np.array(keys, dtype=object)[places], index=table.index, dtype="str")


def _sums(cells: pd.DataFrame, tree: TerritoryTree, by: list[str], value: str) -> pd.DataFrame:
    """Rows [series, …, value]: cells added up over every node of the tree and the company."""
    own = cells.groupby(["territory", *by], as_index=False)[value].sum(min_count=1)
    above = [
        (name, node)
        for name in own["territory"].unique()
        for node in dict.fromkeys((name, *tree.ancestors(name), COMPANY))
    ]
    homes = pd.DataFrame(above, columns=["territory", "series"], dtype="str")
    keyed = own.merge(homes, on="territory").groupby(["series", *by], as_index=False)
    sums: pd.DataFrame = keyed[value].sum(min_count=1)
    return sums


def _panel(forecast: Forecast) -> Panel | None:
    """The panel of the report, where its periods are those of the past; it may be a finer one."""
    if forecast.report is None:
        return None
    panel = forecast.report.panel
    return panel if forecast.past["period"].isin(panel.labels).any() else None


def _past_of_units(forecast: Forecast) -> pd.DataFrame:
    """Rows [series, period, sales] of units."""
    panel = _panel(forecast)
    if panel is None or not (panel.series["unit"] != "").any():
        return pd.DataFrame(columns=PAST)
    named = (panel.series["unit"] != "").to_numpy()
    wide = pd.DataFrame(panel.values[named], columns=panel.labels)
    sums = wide.groupby(_keys(panel.series[named]).to_numpy()).sum(min_count=1)
    sums = sums.rename_axis("series").reset_index()
    return sums.melt("series", var_name="period", value_name="sales").dropna(subset="sales")


def _gaps(forecast: Forecast, chosen: Sequence[str]) -> pd.DataFrame:
    """Rows [series, period, sales] without sales for periods of which the books are missing."""
    labels = []
    if forecast.report is not None and _panel(forecast) is not None:
        rows = forecast.report.rows
        labels = rows.loc[rows["kind"] == "gap", "period"].tolist()
    missing = [(key, label, np.nan) for key in chosen for label in labels]
    return pd.DataFrame(missing, columns=PAST).astype({"sales": float})


def _places(forecast: Forecast, chosen: Sequence[str]) -> dict[str, tuple[str, str]]:
    """Territory and segment of series, "" for all of them."""
    nodes = {node: (node, "") for node in forecast.nodes["node"].unique()}
    named = forecast.table[UNIT].drop_duplicates()
    cells = {series_key(*row): (str(row[0]), str(row[1])) for row in named.to_numpy().tolist()}
    return {key: place for key, place in (cells | nodes).items() if key in chosen}


def _found(
    forecast: Forecast, chosen: Sequence[str], voice: Voice
) -> Iterator[tuple[str, str, str, str]]:
    """Flags of outliers and shifts that were found in the history."""
    if forecast.report is None:
        return
    rows = forecast.report.rows
    rows = rows[rows["kind"].isin(list(TOLD))]
    rows = rows.assign(key=_keys(rows)) if len(rows) else rows.assign(key="")
    for row in rows[rows["key"].isin(chosen)].to_dict("records"):
        value, used = (voice.show.compact(row[name]) for name in ("value", "used"))
        text = voice.say(TOLD[row["kind"]], value=value, used=used)
        yield row["key"], row["period"], row["kind"], text


def _events(
    events: pd.DataFrame,
    places: dict[str, tuple[str, str]],
    tree: TerritoryTree,
    calendar: Calendar,
) -> Iterator[tuple[str, str, str, str]]:
    """Flags of events that cover a whole series."""
    for row in events.to_dict("records"):
        territory, segment = known_text(row["territory"]), known_text(row["segment"])
        covered = [
            key
            for key, place in places.items()
            if segment in ("", place[1])
            and (not territory or (place[0] and tree.contains(territory, place[0])))
        ]
        first = calendar.start(row["start"])
        for step in range(calendar.distance(first, row["end"]) + 1 if covered else 0):
            label = calendar.label(calendar.shift(first, step))
            yield from ((key, label, EVENT, str(row["event"])) for key in covered)
