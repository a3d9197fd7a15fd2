"""What a rep does, and what other hours would bring."""

from __future__ import annotations

import pytest
from support_explanation import ESTIMATE, EXACT, TWO, solved

from allocopt.errors import DataError
from allocopt.explanation import explain_rep


def test_other_hours_are_told_with_who_comes_and_leaves(tmp_path):
    found = explain_rep(*solved(tmp_path), "Ann", EXACT)
    rows = found.details["hours"].to_dict("records")
    told = [(row["hours"], row["value"], row["comes"], row["leaves"]) for row in rows]
    # With 9 h all stays; with 11 h she has both.
    assert told == [(-1.0, pytest.approx(0), "", ""), (1.0, pytest.approx(40), "u1", "")]
    assert (
        "1 h more per month for Ann: changes the plan by 40 (exact); u1 comes, nothing leaves."
        in found.sentences
    )


def test_more_hours_are_tried_until_a_unit_moves(tmp_path):
    tables = TWO | {"reps": "rep,hours\nAnn,7.5\nBo,10\n"}
    found = explain_rep(*solved(tmp_path, **tables), "Ann", EXACT)
    rows = found.details["hours"]
    # Both units take 11 h.
    assert rows["hours"].tolist() == [-1.0, 1.0, 4.0]
    assert rows["comes"].tolist() == ["", "", "u1"]


def test_fewer_hours_may_lose_a_unit(tmp_path):
    tables = TWO | {"reps": "rep,hours\nAnn,5\nBo,20\n"}
    found = explain_rep(*solved(tmp_path, **tables), "Ann", EXACT)
    less = found.details["hours"].to_dict("records")[0]
    assert (less["hours"], less["value"], less["leaves"]) == (-1.0, pytest.approx(-50), "u2")


def test_an_estimate_is_the_dual(tmp_path):
    found = explain_rep(*solved(tmp_path), "Ann", ESTIMATE)
    row = found.details["hours"].to_dict("records")[0]
    assert (row["value"], row["method"]) == (pytest.approx(40 / 6), "dual")


def test_a_rep_has_a_load_a_quota_and_units(tmp_path):
    found = explain_rep(*solved(tmp_path), "Ann", ESTIMATE)
    assert found.sentences[0] == "Ann: 1 units, 5 of 10 h (50%)."
    assert found.sentences[1].startswith("Quota 0 against expected sales")
    assert found.table["unit"].tolist() == ["u2"]
    assert found.table["hours"].tolist() == [5.0]


def test_an_unknown_rep_gives_the_nearest(tmp_path):
    with pytest.raises(DataError) as error:
        explain_rep(*solved(tmp_path), "Anne")
    assert error.value.findings[0].nearest == "Ann"
