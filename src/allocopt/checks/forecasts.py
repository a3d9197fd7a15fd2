"""Forecasts: libraries that the settings need, levels that have a name, history that is split whole."""

from __future__ import annotations

from collections.abc import Iterator
from importlib.util import find_spec

from allocopt.checks.subject import Subject
from allocopt.errors import Finding, Severity
from allocopt.tables.text import nearest

LEVELS = (
    *("company", "node", "branch", "territory", "segment", "cell", "unit", "product", "channel"),
    "series",
)
ORIGIN = ["from_territory", "from_segment", "effective"]
# Shares as people write them: three thirds are 0.333 each.
TOLERANCE = 1e-6


def check_libraries(subject: Subject) -> Iterator[Finding]:
    """A library that a setting asks for is installed; the name of its extra is its own."""
    asked = subject.config.forecast
    needed = {
        "booster": asked.booster if asked.booster == "lightgbm" else "",
        "holidays": "holidays" if asked.holidays else "",
    }
    for setting, library in needed.items():
        if library and find_spec(library) is None:
            yield subject.place("forecast", setting).problem(
                f"forecast.{setting} needs the library {library}, which is not installed",
                mend=f'pip install "allocopt[{library}]", or take the setting out',
                code="missing-library",
            )


def check_levels(subject: Subject) -> Iterator[Finding]:
    """A level of the forecast is one word, or several that are crossed: `cell product`."""
    for level in subject.config.forecast.levels or ():
        unknown = [word for word in level.split() if word not in LEVELS]
        if unknown or not level.strip():
            yield subject.place("forecast", "levels").problem(
                f"there is no level {level!r}",
                expected=f"one of {', '.join(LEVELS)}",
                nearest=nearest(unknown[0], list(LEVELS)) if unknown else "",
                code="unknown-level",
            )


def check_recast(subject: Subject) -> Iterator[Finding]:
    """The parts into which the history of a territory or segment goes add up to all of it."""
    table = subject.table("recast").assign(row=lambda rows: range(2, len(rows) + 2))
    table["share"] = table["share"].fillna(1.0)
    for origin, parts in table.groupby(ORIGIN, dropna=False, sort=False):
        total = float(parts["share"].sum())
        if abs(total - 1) <= TOLERANCE:
            continue
        name = " × ".join(str(part) for part in origin[:2] if isinstance(part, str))
        yield subject.say(
            Severity.PROBLEM,
            "recast",
            f"the shares of {name} add up to {total:.4g}",
            "share",
            row=int(parts["row"].iloc[0]),
            expected="shares of one origin and date that add up to 1",
            mend=f"correct them, or add a row for the part that stays in {name}",
            code="recast-shares",
            count=len(parts),
        )
