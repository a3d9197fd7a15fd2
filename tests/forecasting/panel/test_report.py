"""What was found in a panel, as a table and as sentences in two languages."""

from __future__ import annotations

import re
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from allocopt.calendar import Calendar
from allocopt.documents.pages.panel_report import render_report, write_report
from allocopt.errors import AllocoptError
from allocopt.forecasting.panel import (
    DIMENSIONS,
    PanelReport,
    build_panel,
    inspect_panel,
    read_history,
    report_panel,
)
from allocopt.forecasting.panel.sentences import ABOUT, EACH, LANGUAGES

NO_UNITS = pd.DataFrame({"unit": [], "territory": [], "segment": []}, dtype="str")
START = pd.Timestamp("2026-01-01")


def steady(periods: int = 48) -> np.ndarray:
    return np.round(100 * np.exp(np.random.default_rng(7).normal(0, 0.05, periods)), 2)


def history() -> pd.DataFrame:
    """Four years of months: one series of each kind, and no books in July 2023."""
    wild, jump, closed, returns = (steady() for _ in range(4))
    wild[40] = 1000.0
    jump[24:] *= 3
    closed[30:] = 0.0
    returns[10] = -50.0
    late = np.r_[np.full(40, np.nan), steady(8)]
    series = {"wild": wild, "jump": jump, "closed": closed, "returns": returns, "<late>": late}
    dates = pd.date_range("2022-01-01", periods=48, freq="MS")
    frame = pd.DataFrame(series, index=dates).melt(
        var_name="territory", value_name="sales", ignore_index=False
    )
    frame = frame.rename_axis("date").reset_index().assign(segment="a", unit=None)
    frame = frame[frame["sales"].notna() & (frame["sales"] != 0)]
    again = frame[(frame["territory"] == "wild") & (frame["date"] == "2022-03-01")]
    frame = pd.concat([frame, again], ignore_index=True)
    return frame[frame["date"] != "2023-07-01"]


def report(frame: pd.DataFrame | None = None) -> PanelReport:
    read = read_history(history() if frame is None else frame, NO_UNITS, START)
    series = read.rows[["territory", "segment"]].drop_duplicates(ignore_index=True)
    panel, _ = build_panel(read.rows, series, Calendar("month", START, 12))
    return report_panel(inspect_panel(panel, 12), read)


def test_each_finding_is_a_row_with_its_series_period_and_amounts() -> None:
    made = report()
    rows = made.rows.set_index(["kind", "territory", "period"])
    assert set(rows.index) == {
        ("gap", "", "2023-07"),
        ("repeat", "wild", "2022-03"),
        ("negative", "returns", "2022-11"),
        ("outlier", "returns", "2022-11"),
        ("outlier", "wild", "2025-05"),
        ("outlier", "wild", "2022-03"),  # the repeat, which is counted twice
        ("shift", "jump", "2024-01"),
        ("closed", "closed", "2024-07"),
        ("short", "<late>", "2025-05"),
    }
    wild = rows.loc[("outlier", "wild", "2025-05")]
    assert wild["value"] == 1000.0
    assert 100 < wild["used"] < 150
    jump = rows.loc[("shift", "jump", "2024-01")]
    assert abs(jump["used"] / jump["value"] - 3) < 0.3
    assert rows.loc[("closed", "closed", "2024-07"), "used"] == 0.0
    assert made.counts["outlier"] == 3
    assert list(made.table().columns) == [
        *("kind", *DIMENSIONS, "period", "value", "used", "message")
    ]


@pytest.mark.parametrize(
    ("language", "expected"),
    [
        (
            "en",
            ["5 series × 48 months, 2022-01 to 2025-12", "Level shifts: 1. The largest is jump"],
        ),
        ("zh-CN", ["5 个序列 × 48 个月，2022-01 至 2025-12", "发现 1 次水平突变，最大的是 jump"]),
    ],
)
def test_sentences_say_first_how_much_there_is_and_then_what_was_found(
    language: str, expected: list[str]
) -> None:
    sentences = report().sentences(language)  # type: ignore[arg-type]
    assert sentences[0].startswith(expected[0])
    assert any(sentence.startswith(expected[1]) for sentence in sentences[1:])
    assert len(sentences) == 1 + 7


def test_a_sound_history_has_nothing_else_to_say() -> None:
    frame = history()
    sound = frame[(frame["territory"] == "jump") & (frame["date"] >= "2024-01-01")]
    made = report(sound)
    assert made.rows.empty
    assert made.sentences()[1:] == ("Nothing unusual was found in them.",)
    assert "Nothing unusual was found in them." in render_report(made)


def test_both_languages_say_the_same_with_the_same_figures() -> None:
    fields = re.compile(r"\{(\w+)")
    for kind, texts in ABOUT.items():
        assert set(texts) == set(EACH[kind]) == set(LANGUAGES)
        assert fields.findall(texts["en"]) == fields.findall(texts["zh-CN"])


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_page_stands_alone_and_draws_each_series_that_is_named(language: str) -> None:
    page = render_report(report(), language)  # type: ignore[arg-type]
    assert page.count("<svg") == 5
    assert "&lt;late&gt;" in page
    assert "<late>" not in page
    assert "<script" not in page
    assert not re.search(r"(?:src|href)=", page)
    assert "nan" not in page.lower().replace("finance", "")


def test_the_csv_has_every_finding_and_runs_no_formula(tmp_path: Path) -> None:
    frame = history()
    frame.loc[frame["territory"] == "wild", "territory"] = "=wild()"
    made = report(frame)
    path = write_report(made, tmp_path / "report.csv")
    text = path.read_text(encoding="utf-8-sig")
    assert "'=wild()" in text
    back = pd.read_csv(path, encoding="utf-8-sig")
    assert len(back) == len(made.rows)
    assert back["value"].sum() == pytest.approx(made.rows["value"].sum())


def test_a_report_is_written_as_a_page_or_a_table_only(tmp_path: Path) -> None:
    assert write_report(report(), tmp_path / "report.html", "zh-CN").stat().st_size > 1000
    with pytest.raises(AllocoptError, match=r"\.html or \.csv"):
        write_report(report(), tmp_path / "report.pdf")
    with pytest.raises(AllocoptError, match="cannot be written"):
        write_report(report(), tmp_path / "report.html" / "report.csv")
