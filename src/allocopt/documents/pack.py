"""Pack: the rows of a contingency pack, one per world that may come."""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType

import pandas as pd

from allocopt.documents.language.text import known_text

# Columns that go with what `visibility` hides.
HIDDEN: Mapping[str, tuple[str, ...]] = MappingProxyType(
    {
        "attain_probability": ("probability",),
        "cost": ("contribution_kept", "contribution", "gain"),
    }
)


def seen_rows(rows: pd.DataFrame, hidden: tuple[str, ...]) -> pd.DataFrame:
    """The rows of a pack without what is hidden; who might leave goes with those who do."""
    blank = [column for name in hidden for column in HIDDEN.get(name, ())]
    seen = rows.assign(**dict.fromkeys(blank, float("nan")))
    if "leaving" not in hidden:
        return seen
    return seen[~seen["scope"].map(known_text).str.startswith("rep=")].reset_index(drop=True)
