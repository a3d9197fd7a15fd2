"""The pipeline's expected sales, what it does not know yet, and how it fared."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pandas as pd
import pytest
from forecasting.opinions.deals_and_sales import PLACES, SERIES, UNITS, baseline, deals
from hypothesis import given, settings
from hypothesis import strategies as st

from allocopt.forecasting.opinions import Baseline, read_pipeline
from allocopt.forecasting.opinions.coverage import Coverage, find_cells, with_unknown_deals
from allocopt.forecasting.opinions.deals import read_deals
from allocopt.forecasting.opinions.pipeline import PipelineOpinion, place_deals

DAY = "2025-12-31"


def deal(name: str, close: str | None = "2026-01-15", **more: object) -> dict:
    given_ = {"deal": name, "snapshot_date": DAY, "amount": 60.0, "probability": 0.5}
    return {**given_, "stage": "Proposal", "close": close, **more}


def read(table: pd.DataFrame, base: Baseline | None = None) -> PipelineOpinion:
    found = read_pipeline(table, base or baseline(), PLACES)
    assert found is not None
    return found


def test_open_deal_brings_amount_times_chance_in_its_month():
    # 60 × 50 % in February for n1; the pipeline covers 30 of the 300 that are forecast.
    found = read(deals(deal("A", "2026-02-10")))
    np.testing.assert_allclose(found.coverage.horizon, [0, 0.1, 0])
    february = found.opinion.mean[:, 1]
    assert february.sum() == pytest.approx(300)
    assert february[0] > 110
    np.testing.assert_allclose(found.opinion.mean[:, [0, 2]], 100)


def test_share_of_sales_that_deals_do_not_know_is_learnt_from_the_past():
    # Each month one deal of 90 is certain and 300 are sold: the pipeline knows 30 %. Today it
    # knows the double; the rest of the sales comes as ever.
    rows = []
    for number, month in enumerate(pd.date_range("2025-05-01", periods=9, freq="MS")):
        size = 180.0 if number == 8 else 90.0
        rows.append(
            deal(
                f"d{number}",
                month + pd.Timedelta(days=9),
                snapshot_date=month,
                amount=size,
                stage="Won",
            )
        )
    found = read(deals(*rows), baseline(origins=8))
    # Eight origins say 30 %, today's 60 % counts as two.
    assert found.coverage.horizon[0] == pytest.approx(0.3 + 2 / 10 * 0.3)
    assert found.opinion.mean[:, 0].sum() == pytest.approx(180 + 300 * (1 - 0.36), rel=0.02)


def test_pipeline_that_used_to_promise_too_much_is_cut_to_what_came():
    coverage = Coverage(np.array([2.0]), np.ones(2))
    known = np.array([[100.0], [0.0], [300.0]])
    found = with_unknown_deals(known, coverage, np.full((3, 1), 70.0), find_cells(SERIES))
    np.testing.assert_allclose(found, known / 2)


def test_cell_that_keeps_no_deals_keeps_its_statistical_forecast():
    # All deals lie in the North; the South must not lose what the North's deals are known to bring.
    rows = [
        deal(f"d{n}", m + pd.Timedelta(days=9), snapshot_date=m, amount=100.0, stage="Won")
        for n, m in enumerate(pd.date_range("2024-03-01", periods=23, freq="MS"))
    ]
    found = read(deals(*rows), baseline(origins=22))
    south = found.opinion.mean[2, 0]
    assert 95 < south <= 100
    assert found.coverage.usage[0] > 1.3


def test_deal_won_before_the_plan_is_not_counted_again():
    found = read(deals(deal("A", "2025-12-20", stage="Won"), deal("B", "2026-01-20", stage="Won")))
    # Only B's 60 of 300.
    assert found.coverage.horizon[0] == pytest.approx(0.2)


def test_no_opinion_without_a_snapshot_before_the_plan():
    late = deals(deal("A", snapshot_date="2026-01-02"))
    assert read_pipeline(late, baseline(), PLACES) is None
    assert read_pipeline(deals(), baseline(), PLACES) is None


def test_newest_snapshot_is_taken_and_later_ones_are_not_looked_at():
    # In the old one A is worth 600, in the newest 60; the one after the plan's start has nothing.
    given_ = deals(
        deal("A", snapshot_date="2025-11-30", amount=600.0),
        deal("A"),
        deal("B", snapshot_date="2026-01-05", amount=9e9),
    )
    assert read(given_).coverage.horizon[0] == pytest.approx(0.1)


def members_of(*rows: dict) -> list[list[int]]:
    scopes = read_deals(deals(*rows), pd.Timestamp(DAY)).scopes
    members, _ = place_deals(scopes, PLACES)
    dense = members.matrix.toarray()
    return [np.flatnonzero(line).tolist() for line in dense]


def test_deals_lie_in_the_narrowest_place_that_has_a_forecast():
    assert members_of(deal("A", unit="n2")) == [[1]]
    assert members_of(deal("A", territory="North", segment="big")) == [[0, 1]]
    assert members_of(deal("A", territory="Inland", segment="big")) == [[0, 1, 2]]
    assert members_of(deal("A", rep="Ann")) == [[0, 2]]
    # A unit that nobody knows, in a known cell; a segment that nobody knows, in a known territory.
    assert members_of(deal("A", unit="new", territory="South", segment="big")) == [[2]]
    assert members_of(deal("A", territory="South", segment="huge")) == [[2]]
    # A rep and a place: the place counts.
    assert members_of(deal("A", territory="South", segment="big", rep="Bob")) == [[2]]


def test_unit_without_a_series_counts_in_its_cell_of_today():
    scopes = read_deals(deals(deal("A", unit="n9")), pd.Timestamp(DAY)).scopes
    more = pd.concat([UNITS, UNITS.head(1).assign(unit="n9")])
    members, lost = place_deals(scopes, replace(PLACES, units=more))
    assert members.matrix.toarray().tolist() == [[1, 1, 0]]
    assert not lost.any()


def test_deal_in_no_known_place_is_said_and_not_counted():
    found = read(deals(deal("A"), deal("B", territory="Mars", segment="big", amount=1e9)))
    assert found.coverage.horizon[0] == pytest.approx(0.1)
    assert any(note.endswith("are not counted: 1.") for note in found.opinion.notes)


def test_future_snapshots_and_sales_change_nothing_of_the_past():
    random = np.random.default_rng(3)
    base = baseline(origins=6)
    rows = [
        deal(
            f"d{n % 25}",
            pd.Timestamp("2025-07-15") + pd.Timedelta(days=int(random.integers(0, 300))),
            snapshot_date=pd.Timestamp("2025-07-01") + pd.DateOffset(months=n // 25),
            amount=float(random.integers(10, 99)),
            stage=str(random.choice(["Won", "Lost", "Proposal", "Lead"])),
        )
        for n in range(150)
    ]
    table = deals(*rows)
    before = read(table, base).opinion.record
    # All that was not known at the third origin is different.
    changed = table.copy()
    later = changed["snapshot_date"] > base.origins[2]
    changed.loc[later, "amount"] *= 7
    changed.loc[later, "stage"] = "Won"
    came = np.where(base.known_at(2)[:, None, :], base.actual, 5 * base.actual)
    after = read(changed, replace(base, actual=came)).opinion.record
    np.testing.assert_array_equal(before.opinion[:3], after.opinion[:3])
    assert not np.allclose(before.opinion[3:], after.opinion[3:])


def test_origin_before_the_first_snapshot_has_no_opinion():
    found = read(deals(deal("A", snapshot_date="2025-12-01"), deal("A")), baseline(origins=3))
    known = ~np.isnan(found.opinion.record.opinion).all(axis=(1, 2))
    assert known.tolist() == [False, False, True]


STAGES = st.sampled_from(["Won", "Lost", "", None, "???", "赢单", "商机", "LOST!", "Proposal"])
DATES = st.sampled_from([None, "1999-01-01", "2025-10-01", DAY, "2026-02-01", "2090-01-01"])
ROWS = st.fixed_dictionaries(
    {
        "deal": st.sampled_from(["A", "B", "C", None]),
        "snapshot_date": DATES,
        "amount": st.sampled_from([0.0, 1e-9, 50.0, 1e12, -3.0, np.nan]),
        "stage": STAGES,
        "probability": st.sampled_from([np.nan, 0.0, 0.5, 1.0]),
        "close": DATES,
        "unit": st.sampled_from(["n1", "n2", "s1", "zz", None]),
        "territory": st.sampled_from([None, "North", "Inland", "Mars"]),
        "segment": st.sampled_from([None, "big", "tiny"]),
    }
)


@settings(max_examples=25, deadline=None)
@given(st.lists(ROWS, max_size=12), st.sampled_from([0.0, 100.0, 1e12]))
def test_hostile_deals_give_finite_sales_and_scale_with_the_currency(rows, mean):
    table = deals(*rows)
    found = read_pipeline(table, baseline(mean, origins=3), PLACES)
    if found is None:
        return
    assert np.isfinite(found.opinion.mean).all()
    assert (found.opinion.mean >= 0).all()
    doubled = read_pipeline(
        table.assign(amount=table["amount"] * 2),
        baseline(mean * 2, origins=3, actual=200.0),
        PLACES,
    )
    np.testing.assert_allclose(doubled.opinion.mean, 2 * found.opinion.mean, rtol=1e-9)


def test_order_of_rows_does_not_matter():
    rows = [
        deal(f"d{n}", snapshot_date=day, amount=10.0 + n, stage=stage)
        for n in range(6)
        for day, stage in ((DAY, "Proposal"), ("2025-12-01", "Lead"))
    ]
    given_ = read(deals(*rows), baseline(origins=2)).opinion.mean
    other = read(deals(*rows[::-1]), baseline(origins=2)).opinion.mean
    np.testing.assert_allclose(given_, other, rtol=1e-12)
