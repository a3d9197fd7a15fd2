"""Conflict: the rules that no plan keeps together, and the ways out, in the words of a reader."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any

from allocopt.review.drafts import Change
from allocopt.review.drafts.kinds import may_make
from allocopt.review.drafts.kinds.ground import Ground
from allocopt.review.drafts.kinds.relaxed import items_in_words, steps_in_words
from allocopt.review.sight import seen_items, sees_all
from allocopt.review.view import View


def conflicts_of(told: Mapping[str, Any], view: View) -> list[str]:
    """A sentence for each rule that clashes, with what it binds of what the reader sees."""
    return list(dict.fromkeys(_conflict(one, view) for one in told.get("conflicts", [])))


def relaxations_of(told: Mapping[str, Any], view: View) -> list[dict[str, str]]:
    """The ways out in their order, the cheapest first: what gives way, and at what price.

    Those are left out in which something gives way that the reader does not see.
    """
    shown = []
    for place, one in enumerate(told.get("relaxations", [])):
        if not _is_offered(told, place, view):
            continue
        price = one.get("price") if view.sees_objective else None
        priced = ""
        if price is not None:
            amount = view.voice.show.money(float(price))
            priced = view.voice.say("review.what_if.price", amount=amount)
        text = steps_in_words(one["steps"], view.facts, view.voice)
        shown.append({"place": str(place), "text": text, "price": priced})
    return shown


def _is_offered(told: Mapping[str, Any], place: int, view: View) -> bool:
    """Whether the reader may know, and change, all that gives way."""
    change = Change("relaxed", relaxed_values(told, place))
    ground = Ground(view.facts, view.voice, view.person.reader, view.person.territories)
    steps = told["relaxations"][place]["steps"]
    seen = all(sees_all(step["items"], view) for step in steps)
    return seen and may_make([change], ground)


def relaxed_values(told: Mapping[str, Any], place: int) -> dict[str, str]:
    """The values of a change that takes a way out.

    Raises:
        IndexError: there is none at this place.
    """
    ways = told.get("relaxations", [])
    if not 0 <= place < len(ways):
        raise IndexError(place)
    way = ways[place]
    steps = [
        {name: step[name] for name in ("rule", "items", "from", "to")} for step in way["steps"]
    ]
    return {
        "settings": json.dumps(list(way["settings"]), ensure_ascii=False),
        "steps": json.dumps(steps, ensure_ascii=False),
    }


def _conflict(one: Mapping[str, Any], view: View) -> str:
    rule = view.voice.say.get(f"rules.{one['rule']}", str(one["sentence"]))
    items = items_in_words(seen_items(one["items"], view), view.facts, view.voice)
    return view.voice.say("review.what_if.conflict", rule=rule, items=items) if items else rule
