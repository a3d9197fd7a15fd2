"""Sources hand out canonical tables, and forget what was not known yet."""

from __future__ import annotations

import pandas as pd
import pytest

from allocopt.forecasting import Sources
from allocopt.forecasting.case import with_actuals
from allocopt.forecasting.sources import NAMES


@pytest.mark.parametrize("name", NAMES)
def test_a_table_that_is_not_given_is_empty(name: str) -> None:
    table = Sources().table(name)
    assert len(table) == 0
    assert len(table.columns) > 0


def test_outside_figures_from_a_day_on_are_forgotten() -> None:
    dates = pd.to_datetime(pd.Series(["2025-11-01", "2025-12-01", "2026-01-01"]))
    drivers = pd.DataFrame({"date": dates, "driver": "index", "value": [1.0, 2.0, 3.0]})
    events = pd.DataFrame({"event": ["sale"], "start": [pd.Timestamp("2026-05-01")]})
    sources = Sources({"drivers": drivers, "events": events})
    then = sources.before(pd.Timestamp("2025-12-01"))
    assert then.table("drivers")["value"].tolist() == [1.0]
    # An event carries in its column `known` whether it was announced.
    assert then.table("events").equals(events)
    assert len(sources.table("drivers")) == 3


def test_actuals_follow_the_history() -> None:
    first, second = (
        pd.DataFrame({"date": [pd.Timestamp(day)], "sales": [amount]})
        for day, amount in (("2025-12-01", 5.0), ("2026-01-01", 6.0))
    )
    sources = Sources({"history": first})
    assert with_actuals(sources, second).table("history")["sales"].tolist() == [5.0, 6.0]
    assert sources.table("history")["sales"].tolist() == [5.0]
