"""Frozen responses: the table `responses` with fitted curves written out, to be read, edited and kept."""

from __future__ import annotations

from collections.abc import Iterator

import pandas as pd

from allocopt.problem.responses import fits_of, sources_of
from allocopt.response.asked import is_fitted, place_of
from allocopt.response.fitted import FittedCurve
from allocopt.response.observations import usual_sales
from allocopt.response.place import PLACE, Place
from allocopt.scenario import Scenario


def frozen_responses(scenario: Scenario) -> pd.DataFrame:
    """Rows of `responses`, per input period: those that are fitted one by one for each cell with units.

    Half and spend_max of a cell are as wide as its sales in the last year before the plan. Raises
    DataError where a curve is asked from history that has none.
    """
    table, fits = scenario.table("responses"), fits_of(scenario)
    rows: list[pd.Series] = []
    for (_, row), fitted in zip(table.iterrows(), is_fitted(table), strict=True):
        if fitted:
            rows += _frozen(scenario, row, fits[place_of(row)].curve(str(row["lever"])))
        else:
            rows.append(row)
    return pd.DataFrame(rows, columns=table.columns).reset_index(drop=True)


def _frozen(scenario: Scenario, row: pd.Series, curve: FittedCurve) -> Iterator[pd.Series]:
    """A fitted row in each cell of its place that has sales."""
    of_demand = row["lift_unit"] != "currency"
    for cell in _cells(scenario, curve.place):
        sales = usual_sales(sources_of(scenario), cell) / scenario.calendar.input_factor
        if not sales > 0:
            continue
        known = {
            "territory": cell.territory,
            "segment": cell.segment,
            "form": curve.form,
            "lift_max": curve.lift_max * (1.0 if of_demand else curve.base * sales),
            "lift_unit": "share" if of_demand else "currency",
            "half": curve.half * sales,
            "shape": curve.shape,
            "carryover": curve.carryover,
            "spend_max": curve.most_seen * sales if pd.isna(row["spend_max"]) else row["spend_max"],
        }
        yield pd.Series({**row, **known})


def _cells(scenario: Scenario, place: Place) -> list[Place]:
    """Cells with units inside a place."""
    cells = scenario.table("units")[PLACE].drop_duplicates()
    if place.territory:
        inside = scenario.territory_tree.within([place.territory])
        cells = cells[cells["territory"].isin(inside)]
    if place.segment:
        cells = cells[cells["segment"] == place.segment]
    return [Place(*cell) for cell in cells.itertuples(index=False, name=None)]
