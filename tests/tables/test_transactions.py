"""Histories too large to be held row by row, added up while they are read."""

from __future__ import annotations

import importlib.util
import io
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from support import needs

from allocopt.errors import DataError, Severity
from allocopt.scenario import load_scenario
from allocopt.tables import TableSource, interpret, read_source
from allocopt.tables.cells import Cells
from allocopt.tables.transactions import files, is_large, read_transactions
from allocopt.tables.transactions import parquet as parquet_module
from allocopt.tables.transactions import text as text_module
from allocopt.tables.transactions.layout import text_layout
from allocopt.tables.transactions.sums import Sums, coarse, last_of

CSV = """date,territory,segment,order no,sales
2025-01-01,North,a,1,10
2025-01-01,North,a,2,5.5
2025-01-02,North,a,3,-2
2025-01-01,South,a,4,7
"""
SUMS = {
    ("2025-01-01", "North"): 15.5,
    ("2025-01-02", "North"): -2.0,
    ("2025-01-01", "South"): 7.0,
}


def read(folder: Path, path: str, **more: object) -> tuple[dict[tuple[str, str], float], list]:
    """Sums by day and territory, and the findings."""
    raw = read_transactions("history", TableSource(path=path, **more), folder)  # type: ignore[arg-type]
    found = interpret(raw, TableSource(path=path, **more))  # type: ignore[arg-type]
    frame = found.frame
    keys = zip(frame["date"].dt.strftime("%Y-%m-%d"), frame["territory"], strict=True)
    return dict(zip(keys, frame["sales"].tolist(), strict=True)), list(found.findings)


def write(folder: Path, text: str, name: str = "history.csv", encoding: str = "utf-8") -> str:
    (folder / name).write_text(text, encoding=encoding)
    return name


def test_rows_of_a_day_and_series_are_added_up(tmp_path: Path) -> None:
    sums, findings = read(tmp_path, write(tmp_path, CSV))
    assert sums == SUMS
    (notice,) = findings
    assert "4 rows of transactions are added up to 3 by day" in notice.message


def test_chunks_add_up_to_the_same(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    original = text_module.text_batches
    monkeypatch.setattr(
        "allocopt.tables.transactions.reading.text_batches", lambda layout: original(layout, 1)
    )
    assert read(tmp_path, write(tmp_path, CSV))[0] == SUMS


def test_headers_may_be_chinese_with_a_scale_and_numbers_written_by_people(tmp_path: Path) -> None:
    text = '日期,区域,客户细分,销售额(万元)\n2025年1月1日,华东,a,1.5\n20250102,华东,a,"1,200"\n'
    sums, _ = read(tmp_path, write(tmp_path, text, encoding="gb18030"))
    assert sums == {("2025-01-01", "华东"): 15_000.0, ("2025-01-02", "华东"): 12_000_000.0}


def test_a_column_that_the_scenario_names_is_read(tmp_path: Path) -> None:
    text = "date,territory,segment,total (万元)\n2025-01-01,North,a,2\n"
    sums, findings = read(tmp_path, write(tmp_path, text), columns=(("total (万元)", "sales"),))
    assert sums == {("2025-01-01", "North"): 20_000.0}
    assert not [finding for finding in findings if finding.severity is Severity.PROBLEM]


def test_words_of_the_scenario_are_known(tmp_path: Path) -> None:
    name = write(tmp_path, CSV.replace("sales", "takings"))
    words = {"history.sales": ["takings"]}
    raw = read_transactions("history", TableSource(path=name), tmp_path, words)
    assert len(raw.cells) == 4
    with pytest.raises(DataError, match="sales"):
        read_transactions("history", TableSource(path=name), tmp_path)


@pytest.mark.parametrize("title", ["Orders of 2025\n\n", "sep=,\n", ""])
def test_bad_rows_are_counted_and_named_by_their_line(tmp_path: Path, title: str) -> None:
    bad = "2025-01-03,North,a,5,about 7\n\n03/04/2025,North,a,6,1\n,North,a,7,1\n2025-01-03,North,a,8,\n"
    torn = "2025-01-04,North,a,9,1,234\n"
    sums, findings = read(tmp_path, write(tmp_path, title + CSV + bad + torn))
    assert sums == SUMS
    start = 1 + title.count("\n")
    found = {finding.code: finding for finding in findings if "left out" in finding.message}
    rows = {code: finding.row for code, finding in found.items() if finding.row}
    assert rows == {
        "not-a-number": start + 5,
        "ambiguous-date": start + 7,
        "empty-cell": start + 9,
        "ragged-row": start + 10,
    }
    assert found["not-a-number"].value == "about 7"
    total = found["rows-left-out"]
    assert (total.count, total.severity) == (5, Severity.PROBLEM)  # 5 of 9 is no slip
    assert "5 of 9 rows" in total.message


def test_a_few_bad_rows_among_many_are_a_warning(tmp_path: Path) -> None:
    good = "".join(f"2025-01-01,North,a,{number},1\n" for number in range(200))
    text = "date,territory,segment,order no,sales\n" + good + "2025-01-01,North,a,201,x\n"
    sums, findings = read(tmp_path, write(tmp_path, text))
    assert sums == {("2025-01-01", "North"): 200.0}
    kinds = {finding.code: finding.severity for finding in findings}
    assert kinds["rows-left-out"] is Severity.WARNING


def test_all_files_of_a_folder_and_of_a_pattern_are_read(tmp_path: Path) -> None:
    (tmp_path / "orders").mkdir()
    write(tmp_path / "orders", CSV, "2025-01.csv")
    write(tmp_path / "orders", "日期;区域;细分;金额\n2025-02-01;North;a;1\n", "2025-02.csv")
    write(tmp_path / "orders", "not a table", "notes.md")
    write(tmp_path / "orders", "not a table", ".hidden.csv")
    expected = SUMS | {("2025-02-01", "North"): 1.0}
    assert read(tmp_path, "orders")[0] == expected
    assert read(tmp_path, "orders/2025-*.csv")[0] == expected


def test_problems_of_all_files_are_told_at_once(tmp_path: Path) -> None:
    (tmp_path / "orders").mkdir()
    write(tmp_path / "orders", "date,sales\n2025-01-01,1\n", "a.csv")
    write(tmp_path / "orders", "territory,segment,sales\nNorth,a,1\n", "b.csv")
    with pytest.raises(DataError) as caught:
        read_transactions("history", TableSource(path="orders"), tmp_path)
    assert {finding.file for finding in caught.value.findings} == {"orders/a.csv", "orders/b.csv"}


@pytest.mark.parametrize(
    "text",
    [
        "",
        "\n\n",
        "date,territory,segment,1月,2月\n2025,North,a,1,2\n",
        'date,territory,segment,sales\n2025-01-01,"North,a,1\n',
        "date,territory,segment,sales\n2025-01-01,N\0,a,1\n",
    ],
)
def test_malformed_files_give_a_problem_and_no_traceback(tmp_path: Path, text: str) -> None:
    with pytest.raises(DataError) as caught:
        read_transactions("history", TableSource(path=write(tmp_path, text)), tmp_path)
    assert caught.value.findings[0].file == "history.csv"


def test_text_in_another_encoding_farther_down_is_a_problem(tmp_path: Path) -> None:
    data = CSV.encode() * 20_000 + "2025-01-01,华东,a,1,1\n".encode("gb18030")
    (tmp_path / "history.csv").write_bytes(data)
    with pytest.raises(DataError, match="encoding"):
        read_transactions("history", TableSource(path="history.csv"), tmp_path)


def test_a_folder_without_tables_is_a_problem(tmp_path: Path) -> None:
    (tmp_path / "orders").mkdir()
    with pytest.raises(DataError, match="no file of transactions"):
        read_transactions("history", TableSource(path="orders"), tmp_path)


def test_only_large_histories_are_added_up(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    write(tmp_path, CSV)
    (tmp_path / "orders").mkdir()
    source = TableSource(path="history.csv")
    assert not is_large("history", source, tmp_path)
    assert is_large("history", TableSource(path="orders"), tmp_path)
    assert is_large("history", TableSource(path="orders/*.csv"), tmp_path)
    assert not is_large("demand", TableSource(path="orders"), tmp_path)
    assert not is_large("history", TableSource(url="sqlite:///a.db", sql="SELECT 1"), tmp_path)
    monkeypatch.setattr(files, "LARGEST_TEXT", 10)
    assert is_large("history", source, tmp_path)
    assert len(read_source("history", source, tmp_path).cells) == 4  # header and three sums


def test_a_square_bracket_in_a_name_is_no_pattern(tmp_path: Path) -> None:
    write(tmp_path, CSV, "history[1].csv")
    assert not is_large("history", TableSource(path="history[1].csv"), tmp_path)


READERS = ["pyarrow", "duckdb"]


def parquet(folder: Path, frame: pd.DataFrame) -> str:
    frame.to_parquet(folder / "history.parquet", index=False)
    return "history.parquet"


def only(reader: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """Let the other reader be missing; skips, or in CI fails, where this one is."""
    needs(reader, importlib.util.find_spec(reader) is not None)
    found = files.optional

    def optional(name: str) -> object:
        return found(name) if name.partition(".")[0] == reader else None

    monkeypatch.setattr(parquet_module, "optional", optional)
    monkeypatch.setattr(files, "optional", optional)


def transactions() -> pd.DataFrame:
    return pd.read_csv(io.StringIO(CSV))


@pytest.mark.parametrize("reader", READERS)
@pytest.mark.parametrize("kind", ["text", "day", "time"])
def test_parquet_is_added_up(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, reader: str, kind: str
) -> None:
    only(reader, monkeypatch)
    frame = transactions()
    if kind == "day":
        frame["date"] = pd.to_datetime(frame["date"]).dt.date
    if kind == "time":
        frame["date"] = pd.to_datetime(frame["date"]) + pd.to_timedelta([1, 2, 3, 4], unit="h")
    assert read(tmp_path, parquet(tmp_path, frame))[0] == SUMS


@pytest.mark.parametrize("reader", READERS)
def test_bad_rows_of_parquet_are_counted_and_named(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, reader: str
) -> None:
    only(reader, monkeypatch)
    frame = pd.concat([transactions()] * 2, ignore_index=True)
    frame.loc[4, "sales"] = np.nan
    frame.loc[5, "sales"] = np.inf
    frame.loc[6, "date"] = "soon"
    sums, findings = read(tmp_path, parquet(tmp_path, frame))
    assert sums == SUMS | {("2025-01-01", "South"): 14.0}
    found = {finding.code: finding for finding in findings}
    assert found["not-a-date"].row == 8
    assert found["rows-left-out"].count == 3


def test_parquet_of_very_many_series_is_read_row_by_row(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    only("duckdb", monkeypatch)
    monkeypatch.setattr(parquet_module, "MOST_GROUPS", 1)
    frame = pd.concat([transactions()] * 2, ignore_index=True)
    frame.loc[4, "sales"] = np.nan
    sums, findings = read(tmp_path, parquet(tmp_path, frame))
    assert sums == {key: 2 * value for key, value in SUMS.items()} | {("2025-01-01", "North"): 21.0}
    rows = {finding.code: finding.row for finding in findings}
    assert rows["empty-cell"] == 6


@pytest.mark.parametrize("reader", READERS)
def test_amounts_of_parquet_that_are_text_are_read_as_people_write_them(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, reader: str
) -> None:
    only(reader, monkeypatch)
    frame = transactions()
    frame["sales"] = ["10", "￥5.50", "-2", "7.0"]
    assert read(tmp_path, parquet(tmp_path, frame))[0] == SUMS


@pytest.mark.parametrize("reader", READERS)
def test_damaged_parquet_is_a_problem(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, reader: str
) -> None:
    only(reader, monkeypatch)
    (tmp_path / "history.parquet").write_bytes(b"PAR1 and then nothing")
    with pytest.raises(DataError, match="cannot be read"):
        read_transactions("history", TableSource(path="history.parquet"), tmp_path)
    assert not is_large("history", TableSource(path="history.parquet"), tmp_path)


def test_parquet_without_a_reader_says_what_to_install(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    name = parquet(tmp_path, transactions())
    monkeypatch.setattr(parquet_module, "optional", lambda _: None)
    with pytest.raises(DataError, match=r"allocopt\[duckdb\]"):
        read_transactions("history", TableSource(path=name), tmp_path)


def _cells(*texts: str) -> Cells:
    return Cells.of("unit", np.array(texts, dtype=object))


def test_days_are_put_together_when_there_are_too_many_cells() -> None:
    days = np.arange("2025-01-01", "2025-03-01", dtype="datetime64[D]")  # 59 days, from a Wednesday
    sums = Sums(["unit"], ["sales"], most_cells=(20, 20, 20))
    sums.add(days, {"unit": _cells(*["u"] * 59)}, {"sales": np.ones(59)})
    table = sums.table()
    # January: 5 + 7 + 7 + 7 + 5, February: 2 + 7 + 7 + 7 + 5; no piece crosses a week or month.
    assert table["sales"].tolist() == [5, 7, 7, 7, 5, 2, 7, 7, 7, 5]
    assert table["date"].tolist()[:2] == ["2025-01-05", "2025-01-12"]


def test_months_are_the_last_resort_and_then_there_is_a_problem() -> None:
    days = np.arange("2025-01-01", "2025-03-11", dtype="datetime64[D]")
    amounts = {"sales": np.ones(len(days))}
    units = {"unit": _cells(*["u"] * len(days))}
    sums = Sums(["unit"], ["sales"], most_cells=(5, 5, 5))
    sums.add(days, units, amounts)
    table = sums.table()
    assert table["sales"].tolist() == [31, 28, 10]
    # The month that is not over yet is dated by its last day with sales.
    assert table["date"].tolist() == ["2025-01-31", "2025-02-28", "2025-03-10"]
    few = Sums(["unit"], ["sales"], most_cells=(2, 2, 2))
    few.add(days, units, amounts)
    with pytest.raises(DataError, match="3 rows"):
        few.table()


def test_what_is_put_together_never_crosses_a_week_or_a_month() -> None:
    day = np.arange(0, 80_000, 13)
    first, last = coarse(day, 1), last_of(coarse(day, 1), 1)
    dates = np.datetime64("1900-01-01", "D") + np.column_stack([first, day, last])
    months = dates.astype("datetime64[M]")
    weeks = np.column_stack([first, day, last]) // 7
    assert (months == months[:, :1]).all()
    assert (weeks == weeks[:, :1]).all()


def test_the_order_of_rows_changes_nothing(tmp_path: Path) -> None:
    random = np.random.default_rng(1)
    units = random.integers(0, 5, 400).astype(str)
    days = np.datetime64("2025-01-01") + random.integers(0, 9, 400)
    cents = random.integers(-5_000, 5_000, 400) / 4  # exact in binary
    tables = []
    for order in (np.arange(400), random.permutation(400)):
        sums = Sums(["unit"], ["sales"])
        for part in np.array_split(order, 7):
            sums.add(days[part], {"unit": _cells(*units[part])}, {"sales": cents[part]})
        tables.append(sums.table().astype({"unit": str, "date": str}))
    first, second = (table.sort_values(["unit", "date"], ignore_index=True) for table in tables)
    pd.testing.assert_frame_equal(first, second)


def test_the_first_lines_tell_the_layout(tmp_path: Path) -> None:
    write(tmp_path, "Orders\n\n" + CSV.replace(",", ";"))
    layout = text_layout(tmp_path / "history.csv", "history.csv", TableSource(), {})
    assert (layout.delimiter, layout.encoding, layout.lines, layout.width) == (";", "utf-8", 3, 5)
    assert dict(layout.places) == {"date": 0, "territory": 1, "segment": 2, "sales": 4}


def test_a_scenario_may_have_a_folder_of_orders_for_its_history(tmp_path: Path) -> None:
    (tmp_path / "orders").mkdir()
    write(tmp_path / "orders", CSV, "2025.csv")
    write(
        tmp_path, "tables: {history: orders}\ncalendar: {plan_start: 2026-01-01}\n", "scenario.yaml"
    )
    write(tmp_path, "unit,territory,segment,hours\nu,North,a,1\nv,South,a,1\n", "units.csv")
    write(tmp_path, "rep,hours\nAnn,10\n", "reps.csv")
    scenario = load_scenario(tmp_path)
    assert scenario.table("history")["sales"].tolist() == [15.5, -2.0, 7.0]
    assert scenario.files["history"] == "orders"
