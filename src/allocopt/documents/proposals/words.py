"""How proposals name things: a few of them, each with its figure."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence

import pandas as pd

from allocopt.documents.facts import Facts
from allocopt.documents.language.voice import Voice
from allocopt.documents.proposals import signals

MOST_NAMED = 3


def name_some(table: str, keys: Sequence[str], facts: Facts, voice: Voice) -> str:
    """The names of the first few, and how many more there are."""
    names = voice.show.join([facts.name_of(table, key) for key in keys[:MOST_NAMED]])
    more = len(keys) - MOST_NAMED
    return names + (voice.say.count("general.and_more", more) if more > 0 else "")


def name_reps_by_time(branch: str, facts: Facts, voice: Voice) -> Iterator[str]:
    """Reps who are full, and reps who have time left: those of a list that all stand in are not named."""
    for key, reps in zip(("full", "idle"), signals.reps_by_time(facts), strict=True):
        if len(reps) > MOST_NAMED and len(reps) == len(facts.active_reps):
            yield voice.say(f"{branch}.all_{key}", reps=voice.show.number(len(reps)))
        elif reps:
            names = name_some("reps", reps, facts, voice)
            yield voice.say.count(f"{branch}.{key}", len(reps), names=names)


def with_figures(
    values: pd.Series[float],
    name: Callable[[object], str],
    show: Callable[[float], str],
    voice: Voice,
) -> str:
    """`name (figure)` for the first few entries of a series, in one line."""
    return voice.show.join(
        [
            voice.say("general.with", name=name(key), value=show(value))
            for key, value in values[:MOST_NAMED].items()
        ]
    )
