"""Alert: one thing that calls for attention, what is known of it and what to do."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
import pandas as pd
from scipy.stats import false_discovery_control

from allocopt.notes import Note
from allocopt.plan import OPTIONAL_COLUMNS, OPTIONAL_TABLES

Floats = npt.NDArray[np.float64]
NAME = "alerts"
COLUMNS = [*OPTIONAL_TABLES[NAME], *OPTIONAL_COLUMNS[NAME]]
UNKNOWN = float("nan")
# Command that reads what comes and solves the rest again.
REPLAN = "allocopt replan PLAN --actuals FILE"


@dataclass(frozen=True)
class Advice:
    """What to do, in words, and the command that does it; "" where there is none."""

    note: Note
    command: str = ""


@dataclass(frozen=True)
class Alert:
    """One alert: what `kind`, about which `scope` (`territory=East`), `since` which period.

    `probability` that it is no chance, NaN for facts. `value` is what was found and `threshold` what it is
    beyond. `text` says what, `suggestion` what to do.
    """

    kind: str
    scope: str
    since: str
    value: float
    threshold: float
    text: Note
    suggestion: Advice
    probability: float = UNKNOWN


def scope_text(scope: str, item: str) -> str:
    """`territory=East`; the company has no name."""
    return f"{scope}={item}" if item else scope


def called(item: str) -> tuple[str, str]:
    """What people call an item, in English and in Chinese."""
    return (item, item) if item else ("The company", "公司")


def alert_table(alerts: Iterable[Alert]) -> pd.DataFrame:
    """The table `alerts`, one row per alert."""
    rows = [
        (
            *(alert.kind, alert.scope, alert.since, alert.probability, str(alert.suggestion.note)),
            *(alert.value, alert.threshold, str(alert.text), alert.text.zh),
            *(alert.suggestion.note.zh, alert.suggestion.command),
        )
        for alert in alerts
    ]
    return pd.DataFrame(rows, columns=COLUMNS)


def discovered(
    chances: Sequence[float] | Floats, level: float
) -> tuple[npt.NDArray[np.bool_], Floats]:
    """Which of many tests ring, and each one's chance adjusted for their number.

    Benjamini and Hochberg (1995): where all is in control, the chance that any rings is `level`; of those
    that ring, so large a part is false on average. It holds for tests that rise together too (Benjamini
    and Yekutieli, 2001), as those of a territory and of what lies in it.
    """
    chances = np.asarray(chances, dtype=float)
    if not len(chances):
        return np.zeros(0, dtype=bool), chances
    adjusted = np.asarray(false_discovery_control(chances), dtype=float)
    return adjusted <= level, adjusted
