"""Why a unit changes its rep, in the plan's words and with what the plan's tables add to them."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import numpy as np
import pandas as pd

from allocopt.documents.facts import Facts
from allocopt.documents.language.formats import known
from allocopt.documents.language.text import known_text
from allocopt.documents.language.voice import Voice
from allocopt.problem.eligibility import great_circle

# A reason that the plan gives when no single fact forces the change.
UNFORCED = "better for the whole plan"
# What the reason of a lock follows.
LOCKED = "locked: "
# A rep with less time left than this cannot take up another unit.
FULL = 0.995
# Nearer by this many km, and by this part of the way, before it is worth saying.
LEAST_KM, LEAST_PART = 5.0, 0.1


def handover_reason(row: Mapping[Any, Any], facts: Facts, voice: Voice) -> str:
    """Why a unit changes its rep; `row` is one of `Facts.handovers`.

    The plan's own words stand where the catalogue has none.
    """
    key = known_text(row["reason"])
    if key.startswith(LOCKED):
        why = key.removeprefix(LOCKED)
        return voice.say("reasons.locked", why=voice.say.get(f"reasons.{why}", why))
    reason = voice.say.get(f"reasons.{key}", key)
    if key != UNFORCED:
        return reason
    nearer = _nearer_by(row, facts)
    if known(nearer):
        rep, km = facts.name_of("reps", str(row["rep"])), voice.show.number(nearer)
        return voice.say("reasons.nearer", reason=reason, rep=rep, km=km)
    if _is_full(str(row["before"]), facts) and not _is_full(str(row["rep"]), facts):
        rep = facts.name_of("reps", str(row["before"]))
        return voice.say("reasons.full", reason=reason, rep=rep)
    return reason


def _is_full(rep: str, facts: Facts) -> bool:
    """Whether a rep has no selling time left in the plan."""
    return rep in facts.reps.index and bool(facts.reps["utilisation"][rep] >= FULL)


def _nearer_by(row: Mapping[Any, Any], facts: Facts) -> float:
    """How much nearer the new rep is [km, along the great circle]; unknown when it is not, or not clearly.

    Also unknown where distances are listed by hand: those, and not coordinates, decide then.
    """
    if facts.scenario.table("pairs")["distance"].notna().any():
        return float("nan")
    unit = _place(facts, "units", "unit", str(row["unit"]))
    before, after = (
        float(great_circle(unit, _place(facts, "reps", "rep", str(row[name]))))
        for name in ("before", "rep")
    )
    nearer = before - after
    return nearer if nearer >= max(LEAST_KM, LEAST_PART * before) else float("nan")


def _place(facts: Facts, table: str, key: str, value: str) -> np.ndarray[Any, np.dtype[np.float64]]:
    """Latitude and longitude [°]: the thing's own, else those of its territory; NaN = unknown."""
    rows = facts.scenario.table(table)
    own = rows[rows[key] == value]
    places = facts.scenario.table("territories")
    home = places[places["territory"].isin(own["territory"])]
    found = [
        pd.concat([frame[name] for frame in (own, home) if name in frame]).dropna()
        for name in ("latitude", "longitude")
    ]
    return np.array([float(cells.iloc[0]) if len(cells) else np.nan for cells in found])
