"""A relaxation that the solver offered where no plan keeps all rules, taken as one change."""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Any

from allocopt.config import parse_settings
from allocopt.documents.facts import Facts
from allocopt.documents.facts.binding import item_name
from allocopt.documents.language.voice import Voice
from allocopt.review.drafts.change import Change
from allocopt.review.drafts.kinds.field import Field
from allocopt.review.drafts.kinds.ground import Basis, Ground
from allocopt.review.drafts.kinds.kind import Entry, Kind

# Things that a sentence names.
MOST_NAMED = 4


class Relaxed(Kind):
    """Limits that are moved so far that there is a plan; never entered by hand."""

    name, group = "relaxed", "limits"

    def is_offered(self, ground: Ground) -> bool:
        """Never: it is taken by its button."""
        return False

    def fields(self, ground: Ground) -> Sequence[Field]:
        """None."""
        return ()

    def is_own(self, change: Change, ground: Ground) -> bool:
        """Where all that gives way is the person's; a limit of the whole is in nobody's part."""
        own = {*ground.inside, *ground.units["unit"], *ground.reps["rep"]}
        bound = [step["items"] for step in json.loads(change["steps"])]
        return ground.is_whole or all(
            items and own.issuperset(item.rpartition("=")[2] for item in items) for items in bound
        )

    def about(self, change: Change) -> tuple[str, ...]:
        """What it sets."""
        return (self.name, change["settings"])

    def settings(self, change: Change, basis: Basis) -> Iterator[Entry]:
        """What the solver said that must be set."""
        for setting in parse_settings(json.loads(change["settings"])):
            yield setting.path, setting.value

    def sentence(self, change: Change, ground: Ground) -> str:
        """What gives way, and how far."""
        what = steps_in_words(json.loads(change["steps"]), ground.facts, ground.voice)
        return ground.voice.say("review.change.said.relaxed", what=what)


def steps_in_words(steps: Iterable[Mapping[str, Any]], facts: Facts, voice: Voice) -> str:
    """Which limits are moved, and from where to where."""
    return voice.say("review.change.between").join(_step(step, facts, voice) for step in steps)


def items_in_words(items: Sequence[str], facts: Facts, voice: Voice) -> str:
    """What a rule binds, the first few by their names."""
    named = [item_name(item, facts, voice) for item in items[:MOST_NAMED]]
    more = len(items) - len(named)
    told = voice.show.join(named)
    return voice.say("review.change.more", names=told, n=more) if more > 0 else told


def _step(step: Mapping[str, Any], facts: Facts, voice: Voice) -> str:
    rule = voice.say.get(f"rules.{step['rule']}", str(step["rule"])).rstrip(".。")
    items = items_in_words(step["items"], facts, voice)
    was, now = (_limit(step[name], voice) for name in ("from", "to"))
    return voice.say("review.change.step", rule=rule, items=items, was=was, now=now)


def _limit(value: float | str, voice: Voice) -> str:
    """A limit as it is set: a number, or a word such as `remove`."""
    if isinstance(value, str):
        return voice.say.get(f"review.change.limit.{value}", value)
    return voice.show.number(value, 0 if abs(value) >= 100 or value % 1 == 0 else 2)
