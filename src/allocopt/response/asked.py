"""Asked: which rows of `responses` want a curve from history."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import pandas as pd

from allocopt.response.forms import FIT, POINTS, Form
from allocopt.response.place import Place

# A row of `responses`, by column.
Row = pd.Series | Mapping[Any, Any]


def asked_fits(responses: pd.DataFrame) -> dict[Place, dict[str, Form]]:
    """What is asked to be fitted: form `fit`, or another form without lift_max and half."""
    asked: dict[Place, dict[str, Form]] = {}
    for _, row in responses[is_fitted(responses)].iterrows():
        name = "" if row["form"] == FIT else str(row["form"])
        carryover = None if pd.isna(row["carryover"]) else float(row["carryover"])
        asked.setdefault(place_of(row), {})[str(row["lever"])] = Form(name, carryover)
    return asked


def is_fitted(responses: pd.DataFrame) -> pd.Series[bool]:
    """Rows of `responses` whose curve comes from history."""
    blank = responses["lift_max"].isna() & responses["half"].isna()
    return (responses["form"] == FIT) | ((responses["form"] != POINTS) & blank)


def place_of(row: Row) -> Place:
    """The place that a row names."""
    territory, segment = row["territory"], row["segment"]
    return Place(
        territory if isinstance(territory, str) else "", segment if isinstance(segment, str) else ""
    )
