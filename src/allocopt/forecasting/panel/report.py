"""Report: what was found in a panel, as a table and as sentences that a person reads first."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

import numpy as np
import pandas as pd

from allocopt.forecasting.arrays import BoolArray, FloatArray, IntArray
from allocopt.forecasting.panel.dimensions import DIMENSIONS
from allocopt.forecasting.panel.history import History
from allocopt.forecasting.panel.inspection import Inspection
from allocopt.forecasting.panel.panel import Panel
from allocopt.forecasting.panel.pattern import median
from allocopt.forecasting.panel.sentences import ABOUT, EACH, NOTHING, PERIODS, SIZE, Language
from allocopt.forecasting.panel.status import Status

COLUMNS = ["kind", *DIMENSIONS, "period", "value", "used"]
LEVEL_PERIODS = 6


@dataclass(frozen=True)
class PanelReport:
    """What was found in a panel.

    `rows` [kind, territory, segment, unit, product, channel, period, value, used, series] has one
    row per finding: `value` is what the books say [currency], `used` what counts; `series` is the
    position in the panel, -1 where a finding is about none or many. `panel` and `used` (series,
    period) are there for charts.
    """

    panel: Panel
    used: FloatArray
    rows: pd.DataFrame

    @property
    def counts(self) -> dict[str, int]:
        """Number of findings of each kind, in the order of the catalogue."""
        found = self.rows["kind"].value_counts()
        return {kind: int(found.get(kind, 0)) for kind in ABOUT}

    def table(self, language: Language = "en") -> pd.DataFrame:
        """The findings with a column `message` that says what each kind means."""
        message = self.rows["kind"].map({kind: texts[language] for kind, texts in EACH.items()})
        return self.rows[COLUMNS].assign(message=message.astype("str"))

    def sentences(self, language: Language = "en") -> tuple[str, ...]:
        """The size of the panel, then one sentence per kind of finding."""
        found = [
            _about(kind, self.rows[self.rows["kind"] == kind], language)
            for kind, count in self.counts.items()
            if count
        ]
        return (_size(self.panel, language), *(found or [NOTHING[language]]))


def report_panel(inspection: Inspection, history: History | None = None) -> PanelReport:
    """Report of an inspected panel; with its history also of rows that repeat others."""
    panel = inspection.panel
    parts = [
        _gaps(inspection),
        _left_out(panel),
        _repeats(panel, history),
        _negatives(panel),
        _outliers(inspection),
        _shifts(inspection),
        _closed(inspection),
        _short(inspection),
    ]
    rows = pd.concat([part for part in parts if len(part)] or parts[:1], ignore_index=True)
    return PanelReport(panel, inspection.values, rows)


def _rows(
    kind: str,
    panel: Panel,
    series: IntArray,
    period: Iterable[str],
    value: FloatArray | float,
    used: FloatArray | float,
) -> pd.DataFrame:
    """Rows of one kind; a series of -1 names nothing."""
    position = np.asarray(series, dtype=np.intp)
    rows = pd.DataFrame({"kind": kind, "period": pd.Series(list(period), dtype="str")})
    for name in DIMENSIONS:
        known = name in panel.series and len(position)
        names = panel.series[name].to_numpy()[position] if known else ""
        rows[name] = pd.Series(np.where(position >= 0, names, ""), dtype="str")
    rows = rows.assign(value=value, used=used, series=position)
    return rows.astype({"kind": "str", "value": float, "used": float})[[*COLUMNS, "series"]]


def _labels(panel: Panel, periods: IntArray) -> list[str]:
    labels = panel.labels
    return [labels[period] for period in periods.tolist()]


def _gaps(inspection: Inspection) -> pd.DataFrame:
    """Periods in which the books are missing: unknown for every series that has opened."""
    status = inspection.status
    missing = (status == Status.GAP).any(axis=0)
    periods = np.flatnonzero(missing)
    nobody = np.full(len(periods), -1)
    return _rows(
        "gap", inspection.panel, nobody, _labels(inspection.panel, periods), np.nan, np.nan
    )


def _left_out(panel: Panel) -> pd.DataFrame:
    nobody = np.full(len(panel.left_out), -1)
    return _rows("partial", panel, nobody, panel.left_out, np.nan, np.nan)


def _repeats(panel: Panel, history: History | None) -> pd.DataFrame:
    """One row per repeated row; its series is named as the books name it."""
    repeats = History(pd.DataFrame()).repeats if history is None else history.repeats
    nobody = np.full(len(repeats), -1)
    periods: Iterable[str] = panel.calendar.label_of(repeats["date"]) if len(repeats) else ()
    sales, counted = repeats["sales"].to_numpy(), repeats["counted"].to_numpy(dtype=bool)
    rows = _rows("repeat", panel, nobody, periods, sales, np.where(counted, sales, 0.0))
    return rows.assign(**{name: repeats[name].to_numpy() for name in DIMENSIONS})


def _negatives(panel: Panel) -> pd.DataFrame:
    series, period = np.nonzero(np.nan_to_num(panel.values) < 0)
    value = panel.values[series, period]
    return _rows("negative", panel, series, _labels(panel, period), value, value)


def _outliers(inspection: Inspection) -> pd.DataFrame:
    changes = inspection.cleaned.changes
    series, period = changes["series"].to_numpy(), changes["period"].to_numpy()
    old, new = changes["old"].to_numpy(), changes["new"].to_numpy()
    return _rows("outlier", inspection.panel, series, _labels(inspection.panel, period), old, new)


def _shifts(inspection: Inspection) -> pd.DataFrame:
    """`value` and `used` are the medians of the periods before and after."""
    shifts, panel = inspection.shifts, inspection.panel
    padded = np.pad(panel.values, ((0, 0), (LEVEL_PERIODS,) * 2), constant_values=np.nan)
    places = shifts.period[:, None] + np.arange(2 * LEVEL_PERIODS)[None, :]
    around = padded[shifts.series[:, None], places]
    before, after = median(around[:, :LEVEL_PERIODS]), median(around[:, LEVEL_PERIODS:])
    return _rows("shift", panel, shifts.series, _labels(panel, shifts.period), before, after)


def _closed(inspection: Inspection) -> pd.DataFrame:
    panel = inspection.panel
    series = np.flatnonzero(inspection.closed)
    periods = _labels(panel, inspection.closed_since[series])
    return _rows("closed", panel, series, periods, np.nan, 0.0)


def _short(inspection: Inspection) -> pd.DataFrame:
    """Series that opened less than two years ago."""
    panel = inspection.panel
    opened: BoolArray = inspection.status != Status.UNOPENED
    series = np.flatnonzero(opened.any(axis=1) & (opened.sum(axis=1) < 2 * inspection.season))
    first = opened[series].argmax(axis=1)
    return _rows("short", panel, series, _labels(panel, first), np.nan, np.nan)


def _size(panel: Panel, language: Language) -> str:
    return SIZE[language].format(
        series=len(panel.series),
        periods=len(panel.periods),
        period=PERIODS[language][panel.calendar.period],
        first=panel.labels[0],
        last=panel.labels[-1],
        sales=np.nansum(panel.values),
    )


def _about(kind: str, rows: pd.DataFrame, language: Language) -> str:
    """The sentence on all findings of a kind; it names the one with the largest change."""
    change = (rows["value"] - rows["used"]).abs()
    largest = rows.iloc[int(np.argmax(change.fillna(-1.0)))]
    name = " · ".join(str(largest[dimension]) for dimension in DIMENSIONS if largest[dimension])
    total = rows["value"].sum()
    single = kind in ("outlier", "shift")
    return ABOUT[kind][language].format(
        count=len(rows),
        name=name,
        period=largest["period"],
        value=largest["value"] if single else total,
        used=largest["used"],
    )
