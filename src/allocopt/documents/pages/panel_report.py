"""Panel report: what was found in the sales history, as a page with a small chart per series, or as CSV."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd

from allocopt.documents.charts.line import line_path
from allocopt.documents.charts.palette import CATEGORIES
from allocopt.documents.charts.scales import Scale
from allocopt.documents.language.formats import Formats
from allocopt.documents.language.messages import load_messages
from allocopt.documents.templates import template_environment
from allocopt.errors import AllocoptError
from allocopt.files import write_atomic
from allocopt.forecasting.panel import DIMENSIONS, PanelReport
from allocopt.forecasting.panel.sentences import Language
from allocopt.tables import table_bytes

WIDTH, HEIGHT, MARGIN = 260.0, 44.0, 4.0
# Series on the page, those with the largest findings first; the CSV has them all.
MOST_SERIES = 200
TITLES: dict[Language, dict[str, str]] = {
    "en": {
        "title": "Sales history: what was found",
        "series": "Series",
        "sales": "Sales",
        "found": "Findings",
        "more": "The largest findings are shown; the CSV has all of them.",
    },
    "zh-CN": {
        "title": "销售历史检查报告",
        "series": "序列",
        "sales": "销售额",
        "found": "发现",
        "more": "此处只列出影响最大的发现，全部见 CSV。",
    },
}


def write_report(report: PanelReport, path: Path, language: Language = "en") -> Path:
    """Write a report as `.csv` or `.html`; the file is complete or not there.

    Raises:
        AllocoptError: the name says neither, or the file cannot be written.
    """
    kind = path.suffix.lower()
    if kind == ".csv":
        table = report.table(language)
        data = table_bytes(table.assign(**table[DIMENSIONS].replace("", np.nan)), excel=True)
    elif kind == ".html":
        data = render_report(report, language).encode()
    else:
        raise AllocoptError(f"{path}: a panel report is written as .html or .csv")
    try:
        write_atomic(path, data)
    except OSError as error:
        raise AllocoptError(f"{path}: cannot be written: {error.strerror or error}") from error
    return path


def render_report(report: PanelReport, language: Language = "en") -> str:
    """One HTML page with its style and charts inside, without scripts and without requests."""
    show = Formats(load_messages(language), "")
    table = report.table(language).assign(series=report.rows["series"])
    flagged = _most_striking(table)
    content = {
        "language": language,
        "words": TITLES[language],
        "sentences": report.sentences(language),
        "general": [_finding(row, show) for row in _records(table[table["series"] < 0])],
        "series": [_entry(report, table, position, show) for position in flagged[:MOST_SERIES]],
        "cut": len(flagged) > MOST_SERIES or int((table["series"] < 0).sum()) > MOST_SERIES,
        "width": WIDTH,
        "height": HEIGHT,
        "colours": {"value": CATEGORIES[0], "used": CATEGORIES[5]},
    }
    return template_environment().get_template("panel_report.html.j2").render(content)


def _most_striking(table: pd.DataFrame) -> list[int]:
    """Positions of the series with findings, the largest change of an amount first."""
    named = table[table["series"] >= 0]
    change = (named["value"] - named["used"]).abs().fillna(0.0)
    largest = change.groupby(named["series"]).max().sort_values(ascending=False, kind="stable")
    return [int(position) for position in largest.index]


def _records(rows: pd.DataFrame) -> list[dict[str, Any]]:
    return [
        {str(key): cell for key, cell in row.items()}
        for row in rows.head(MOST_SERIES).to_dict("records")
    ]


def _name(row: dict[str, Any]) -> str:
    return " · ".join(str(row[dimension]) for dimension in DIMENSIONS if row[dimension])


def _finding(row: dict[str, Any], show: Formats) -> dict[str, str]:
    """One finding in words: when, where, how much, what it means."""
    amounts = [show.compact(row[key]) for key in ("value", "used") if not pd.isna(row[key])]
    return {
        "kind": row["kind"],
        "period": show.period(row["period"]),
        "name": _name(row),
        "amounts": " → ".join(dict.fromkeys(amounts)),
        "message": row["message"],
    }


def _entry(
    report: PanelReport, table: pd.DataFrame, position: int, show: Formats
) -> dict[str, Any]:
    """One series: its name, its chart and its findings."""
    rows = _records(table[table["series"] == position])
    labels = report.panel.labels
    marked = [labels.index(row["period"]) for row in rows if row["period"] in labels]
    return {
        "name": _name(rows[0]),
        **_sparkline(report.panel.values[position], report.used[position], marked),
        "findings": [_finding(row, show) for row in rows],
    }


def _sparkline(
    values: Sequence[float] | np.ndarray, used: np.ndarray, marked: Sequence[int]
) -> dict[str, Any]:
    """Paths of the books and of what counts, and the places of the findings."""
    known = [float(value) for value in (*values, *used) if not np.isnan(value)]
    low, high = min([0.0, *known]), max([0.0, *known])
    rise = Scale(low, high if high > low else low + 1.0, HEIGHT - MARGIN, MARGIN)
    along = Scale(0, max(len(values) - 1, 1), MARGIN, WIDTH - MARGIN)
    return {
        "line": line_path([float(value) for value in values], along, rise),
        "used": line_path([float(value) for value in used], along, rise),
        "marks": [
            {"x": along(k), "y": rise(values[k]) if not np.isnan(values[k]) else rise(0.0)}
            for k in marked
        ],
    }
