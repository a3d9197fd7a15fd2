"""The ledger: every row once, whatever the order and the number of files."""

from __future__ import annotations

from io import StringIO

import pandas as pd
from hypothesis import given, settings
from hypothesis import strategies as st

from allocopt.calendar import Calendar
from allocopt.replanning.ledger import Ledger, entered, open_ledger, replaced
from allocopt.tables import CONTRACT, empty_table
from allocopt.tables.contract import dtype_of

MONTHS = Calendar("month", pd.Timestamp("2026-01-01"), 12)
JANUARY = "2026-01-05,East,Key,100"
FEBRUARY = "2026-02-05,East,Key,110"


def rows(*lines: str) -> pd.DataFrame:
    """Rows of actuals: date, territory, segment, sales."""
    text = "date,territory,segment,sales\n" + "\n".join(lines)
    read = pd.read_csv(StringIO(text), parse_dates=["date"])
    frame = empty_table("actuals")
    return read.reindex(columns=frame.columns).astype(
        {column.name: dtype_of(column) for column in CONTRACT["actuals"].columns}
    )


def ledger(*files: tuple[str, ...]) -> Ledger:
    """The ledger after some files, called a, b, c …"""
    book = open_ledger("actuals", empty_table("actuals"))
    for name, lines in zip("abcdefgh", files, strict=False):
        book = entered(book, rows(*lines), name)
    return book


def total(book: Ledger) -> float:
    return float(book.rows["sales"].sum())


def test_the_same_file_twice_changes_nothing():
    book = ledger((JANUARY, FEBRUARY), (FEBRUARY, JANUARY))
    assert total(book) == 210
    assert (book.added, book.repeated, len(book.restated)) == (2, 2, 0)


def test_a_corrected_row_takes_the_place_of_the_old_one_and_is_told():
    book = ledger((JANUARY, FEBRUARY), ("2026-01-05,East,Key,90",))
    assert total(book) == 200
    told = book.restated.iloc[0]
    assert (told["was"], told["now"], told["source"], told["territory"]) == (100, 90, "b", "East")


def test_a_late_row_of_another_day_is_added():
    book = ledger((JANUARY,), ("2026-01-06,East,Key,7",))
    assert total(book) == 107
    assert book.restated.empty


def test_several_rows_of_one_key_in_one_file_are_several_rows():
    twice = (JANUARY, JANUARY)
    assert total(ledger(twice)) == 200
    assert total(ledger(twice, twice)) == 200


def test_a_row_that_appears_once_more_is_a_restatement():
    book = ledger((JANUARY,), (JANUARY, JANUARY))
    assert total(book) == 200
    assert book.restated[["was", "now"]].to_numpy().tolist() == [[100, 200]]


def test_another_column_that_changes_is_a_restatement_too():
    book = ledger((JANUARY,))
    other = entered(book, rows(JANUARY).assign(cost=40.0), "b")
    assert other.restated[["was", "now"]].to_numpy().tolist() == [[100, 100]]
    assert other.rows["cost"].tolist() == [40.0]


def test_a_file_with_all_of_a_period_takes_out_what_it_lacks():
    book = ledger((JANUARY, "2026-01-09,East,Key,5", "2026-01-09,West,Key,6", FEBRUARY))
    book = replaced(book, rows(JANUARY), "b", MONTHS)
    # East in January has only the row of the file; West and February are as they were.
    assert total(book) == 100 + 6 + 110
    assert book.restated[["was", "now"]].to_numpy().tolist() == [[5, 0]]


LINES = st.lists(
    st.builds(
        "2026-01-{:02d},{},Key,{}".format,
        st.integers(1, 4),
        st.sampled_from(["East", "West"]),
        st.integers(-5, 5),
    ),
    min_size=1,
    max_size=6,
).map(tuple)


@settings(deadline=None)
@given(st.lists(LINES, min_size=1, max_size=4))
def test_the_last_word_on_each_key_counts_and_repeating_it_changes_nothing(files):
    book = ledger(*files)
    said: dict[tuple[str, str], list[float]] = {}
    for lines in files:
        anew: dict[tuple[str, str], list[float]] = {}
        for line in lines:
            day, territory, _, sales = line.split(",")
            anew.setdefault((day, territory), []).append(float(sales))
        said |= anew
    assert total(book) == sum(map(sum, said.values()))
    again = entered(book, rows(*files[-1]), "again")
    assert total(again) == total(book)
    assert len(again.rows) == len(book.rows)
    assert len(again.restated) == len(book.restated)
