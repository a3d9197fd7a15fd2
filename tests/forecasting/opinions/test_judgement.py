"""Judgements: whose and of what, what they are worth, and how they were corrected."""

from __future__ import annotations

from dataclasses import replace
from math import nan

import numpy as np
import pandas as pd
import pytest
from forecasting.opinions.deals_and_sales import MONTHS, PLACES, baseline, judgements
from hypothesis import given, settings
from hypothesis import strategies as st

from allocopt.calendar import Calendar
from allocopt.forecasting.opinions import Opinion, read_judgement
from allocopt.forecasting.opinions.judgement import past_ratio

DAY, JANUARY = "2025-12-20", "2026-01-01"


def said(commit: float = 600.0, period: str = JANUARY, **more: object) -> dict:
    return {"date": DAY, "period": period, "commit": commit, **more}


def read(*rows: dict, base=None) -> Opinion:
    found = read_judgement(judgements(*rows), base or baseline(), PLACES)
    assert found is not None
    return found


def monthly(rep: str, amount: float, months: int = 6) -> list[dict]:
    """A rep says the same of every month, on its first day, up to December 2025."""
    starts = [MONTHS.shift(MONTHS.plan_start, -step) for step in range(months, 0, -1)]
    return [{"date": day, "period": day, "rep": rep, "commit": amount} for day in starts]


def test_rep_speaks_for_the_units_owned_today():
    # Ann owns n1 and s1, forecast at 100 each: 600 is 300 for each.
    found = read(said(rep="Ann"))
    np.testing.assert_allclose(found.mean[:, 0], [300, nan, 300])
    assert np.isnan(found.mean[:, 1:]).all()


def test_rep_speaks_for_a_cell_that_names_no_units_when_all_of_them_are_the_reps():
    # History knows cells only. The South is Ann's alone, the North is shared with Bob.
    cells = pd.DataFrame({"territory": ["North", "South"], "segment": "big"})
    base = replace(baseline(), series=cells, mean=np.full((2, 3), 100.0))
    base = replace(base, past=np.empty((0, 2, 3)), actual=np.empty((0, 2, 3)))
    places = replace(PLACES, series=cells)
    found = read_judgement(judgements(said(rep="Ann"), said(rep="Bob")), base, places)
    assert found is not None
    np.testing.assert_allclose(found.mean[:, 0], [nan, 600])
    assert any("Bob" in note for note in found.notes)


def test_amount_is_shared_by_the_statistical_forecast():
    base = baseline(np.array([[100.0], [50.0], [300.0]]))
    np.testing.assert_allclose(read(said(rep="Ann"), base=base).mean[:, 0], [150, nan, 450])


def test_amount_is_shared_evenly_where_nothing_is_forecast():
    np.testing.assert_allclose(
        read(said(rep="Ann"), base=baseline(0.0)).mean[:, 0], [300, nan, 300]
    )


def test_territory_may_be_any_node_of_the_tree_and_a_blank_one_is_the_company():
    assert np.isfinite(read(said(territory="North")).mean[:, 0]).tolist() == [True, True, False]
    np.testing.assert_allclose(read(said(territory="Inland")).mean[:, 0], 200)
    company = read(said())
    np.testing.assert_allclose(company.mean[:, 0], 200)
    assert company.kinds == ("company",)


def test_narrowest_scope_speaks_where_several_do():
    found = read(said(rep="Bob", commit=7.0), said(territory="Inland", commit=900.0))
    np.testing.assert_allclose(found.mean[:, 0], [300, 7, 300])
    assert [found.kinds[k] for k in found.kind[:, 0]] == ["territory", "rep", "territory"]


def test_latest_statement_counts_whatever_the_order_of_rows():
    late = said(rep="Bob", commit=9.0, date="2025-12-28")
    for rows in ((late, said(rep="Bob")), (said(rep="Bob"), late)):
        assert read(*rows).mean[1, 0] == 9


def test_statement_made_after_the_plan_start_is_not_used():
    late = said(rep="Bob", commit=9.0, date="2026-01-20")
    found = read(said(rep="Bob", commit=5.0), late)
    assert found.mean[1, 0] == 5
    assert any("after the plan's start" in note for note in found.notes)
    assert read_judgement(judgements(late), baseline(), PLACES) is None


def test_best_case_stands_in_where_nothing_is_committed():
    row = {"date": DAY, "period": JANUARY, "rep": "Bob", "best_case": 12.0}
    assert read(row).mean[1, 0] == 12


def test_quarter_is_shared_among_its_months_by_their_forecasts():
    # The months of the quarter are forecast at 1 : 2 : 3.
    base = baseline(np.array([[100.0, 200.0, 300.0]]))
    rows = [
        said(rep="Bob", period=period, commit=60.0)
        for period in ("2025-07-01", "2025-10-01", "2026-01-01", "2026-04-01")
    ]
    np.testing.assert_allclose(read(*rows, base=base).mean[1], [10, 20, 30])


def test_month_statements_make_up_a_quarter_only_when_all_are_there():
    quarters = Calendar("quarter", pd.Timestamp(JANUARY), 2)
    base = replace(baseline(), calendar=quarters, mean=np.full((3, 2), 100.0))
    base = replace(base, past=np.empty((0, 3, 2)), actual=np.empty((0, 3, 2)))
    months = pd.date_range("2026-01-01", periods=5, freq="MS")
    found = read(*[said(rep="Bob", period=m, commit=10.0) for m in months], base=base)
    np.testing.assert_allclose(found.mean[1], [30, nan])


def test_rep_who_always_says_double_is_halved_by_and_by():
    # Bob says 200 of n2, which sells 100. After many months the ratio nears one half.
    few = read(*monthly("Bob", 200.0, 2), said(rep="Bob", commit=200.0), base=baseline(origins=2))
    many = read(
        *monthly("Bob", 200.0, 30), said(rep="Bob", commit=200.0), base=baseline(origins=30)
    )
    assert 150 < few.mean[1, 0] < 200
    assert 100 < many.mean[1, 0] < 110


def test_ratio_of_a_scope_is_drawn_to_that_of_all_and_that_to_one():
    # Six statements of 200 for 100: half is trusted, 0.75 over all; then half from there to 0.5.
    assert past_ratio(np.full((6, 1, 1), 200.0), np.full((6, 1, 1), 100.0)) == pytest.approx(0.625)
    # A scope that never spoke takes the ratio of all.
    stated = np.stack([np.full((6, 1), 200.0), np.full((6, 1), nan)], axis=1)
    assert past_ratio(stated, np.full((6, 2, 1), 100.0)) == pytest.approx([0.625, 0.75])


def test_past_statements_are_corrected_by_what_was_known_then():
    base = baseline(origins=6)
    rows = [*monthly("Bob", 200.0), said(rep="Bob")]
    before = read(*rows, base=base).record
    other = base.actual.copy()
    other[3:] *= 9  # outcomes after the fourth origin
    after = read(*rows, base=replace(base, actual=other)).record
    np.testing.assert_array_equal(before.opinion[:4], after.opinion[:4])
    assert not np.allclose(before.opinion[4:], after.opinion[4:], equal_nan=True)


def test_statement_without_a_date_counts_today_and_not_in_the_past():
    rows = [{**row, "date": None} for row in monthly("Bob", 100.0)]
    found = read(*rows, said(rep="Bob", date=None), base=baseline(origins=6))
    assert found.mean[1, 0] == 600
    assert np.isnan(found.record.said).all()


def test_value_added_is_what_the_statistical_error_is_larger_by():
    # Bob is right every month; statistics say 100 of 80. Ann says 150 of 2 × 80.
    base = baseline(100.0, origins=6, actual=80.0)
    found = read(*monthly("Bob", 80.0), *monthly("Ann", 150.0), said(rep="Bob"), base=base)
    table = found.record.value_added().set_index("scope")
    assert table.loc["Bob", "wape"] == 0
    assert table.loc["Bob", "value_added"] == pytest.approx(0.25)
    assert table.loc["Ann", "value_added"] == pytest.approx(0.25 - 10 / 160)
    assert table.loc["Ann", "bias"] == pytest.approx(-10 / 160)
    assert table.loc["Ann", "n"] == 6


def test_judgement_of_an_unknown_place_is_named_and_left_out():
    found = read(said(territory="Mars"), said(rep="Bob", commit=1.0))
    assert np.isfinite(found.mean[:, 0]).tolist() == [False, True, False]
    assert any("Mars" in note for note in found.notes)


def test_no_judgement_is_no_opinion():
    assert read_judgement(judgements(), baseline(), PLACES) is None
    assert read_judgement(judgements(said(commit=nan)), baseline(), PLACES) is None
    assert read_judgement(judgements(said(period="2030-01-01")), baseline(), PLACES) is None


DATES = st.sampled_from([None, "2025-09-01", "2025-10-01", "2025-11-30", DAY, "2026-02-01"])
ROWS = st.fixed_dictionaries(
    {
        "date": DATES,
        "period": st.sampled_from([None, "2025-11-01", "2025-12-01", JANUARY, "2026-02-01"]),
        "rep": st.sampled_from([None, "Ann", "Bob", "Nobody"]),
        "territory": st.sampled_from([None, "North", "Inland", "Mars"]),
        "segment": st.sampled_from([None, "big", "tiny"]),
        "commit": st.sampled_from([nan, 0.0, 1e-9, 100.0, 1e12]),
        "best_case": st.sampled_from([nan, 120.0]),
    }
)


@settings(max_examples=25, deadline=None)
@given(st.lists(ROWS, max_size=10), st.sampled_from([0.0, 100.0]))
def test_hostile_judgements_are_finite_where_they_speak_and_scale_with_the_currency(rows, mean):
    table = judgements(*rows)
    found = read_judgement(table, baseline(mean, origins=3), PLACES)
    if found is None:
        return
    assert not np.isinf(found.mean).any()
    assert (np.isnan(found.mean) == (found.kind < 0)).all()
    doubled = read_judgement(
        table.assign(commit=table["commit"] * 2, best_case=table["best_case"] * 2),
        baseline(mean * 2, origins=3, actual=200.0),
        PLACES,
    )
    np.testing.assert_allclose(doubled.mean, 2 * found.mean, rtol=1e-9)
