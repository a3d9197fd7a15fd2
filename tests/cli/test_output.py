"""Data on stdout: what people, spreadsheets and programs get."""

from __future__ import annotations

import errno
import json

import pandas as pd
import pytest

from allocopt.cli import failures
from allocopt.cli.output import number_text, print_frame, print_json, records, table_lines


def test_columns_line_up_when_chinese_takes_two_places() -> None:
    lines = table_lines(("区域", "sales"), [("华东", 1200.0), ("East", 3.5)])
    assert lines == ["区域  sales", "华东  1,200", "East    3.5"]


def test_unknown_stays_blank_and_is_not_zero() -> None:
    lines = table_lines(("rep", "sales"), [("Ann", float("nan")), ("Ben", 0.0), ("Cai", None)])
    assert [line.split() for line in lines[1:]] == [["Ann"], ["Ben", "0"], ["Cai"]]


@pytest.mark.parametrize(
    ("value", "text"),
    [
        (1234567.8, "1,234,568"),
        (12.345, "12.35"),
        (0.123456, "0.1235"),
        (-3.0, "-3"),
        (-0.0, "0"),
        (-1.4e-14, "0"),
        (83.99999999999, "84"),
        (float("inf"), "∞"),
    ],
)
def test_numbers_show_four_figures_and_all_before_the_point(value: float, text: str) -> None:
    assert number_text(value) == text


def test_json_has_null_for_numbers_that_are_none(capsys: pytest.CaptureFixture[str]) -> None:
    frame = pd.DataFrame({"rep": ["李雷", None], "value": [float("nan"), 2.5]})
    frame["rep"] = frame["rep"].astype("str")
    print_json({"gap": float("inf"), "rows": records(frame)})
    text = capsys.readouterr().out
    rows = [{"rep": "李雷", "value": None}, {"rep": None, "value": 2.5}]
    assert json.loads(text) == {"gap": None, "rows": rows}
    assert "李雷" in text


def test_csv_has_every_row_and_the_table_says_how_many_it_leaves_out(
    capsys: pytest.CaptureFixture[str],
) -> None:
    frame = pd.DataFrame({"unit": [f"u{k}" for k in range(100)]})
    print_frame(frame)
    assert capsys.readouterr().out.splitlines()[-1] == "… and 40 more rows (--csv prints all)"
    print_frame(frame, as_csv=True)
    assert len(capsys.readouterr().out.splitlines()) == 101


def test_an_error_is_told_even_when_stdout_cannot_take_it(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    def refuse(document: object) -> None:
        raise OSError(errno.ENOSPC, "No space left on device")

    monkeypatch.setattr(failures, "print_json", refuse)
    failures.tell_error("No space left on device", as_json=True)
    assert "Error: No space left on device" in capsys.readouterr().err
