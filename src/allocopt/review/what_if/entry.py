"""Entry: the form in which a change is entered."""

from __future__ import annotations

from typing import Any

from allocopt.review.drafts.kinds import GROUPS, KINDS
from allocopt.review.drafts.kinds.field import Field, What
from allocopt.review.drafts.kinds.ground import Ground
from allocopt.review.drafts.kinds.kind import Kind
from allocopt.review.what_if.typed import Typed

# Names up to this many are a list to choose from; more are typed, and looked up.
MOST_CHOICES = 200
# Kinds of `panels.Field` by what a field of a change holds.
INPUTS: dict[What, str] = {"choice": "select", "name": "select"}


def entry(ground: Ground, kind: str, typed: Typed) -> dict[str, Any] | None:
    """The kinds to choose from, and the fields of the one that is chosen; None where there are none."""
    offered = _offered(ground)
    if not offered:
        return None
    chosen = next((one for one in offered if one.name == (typed.kind or kind)), None)
    return {
        "groups": _groups(offered, chosen, ground),
        "kind": "" if chosen is None else chosen.name,
        "fields": []
        if chosen is None
        else [_shown(one, ground, typed) for one in chosen.fields(ground)],
        "said": typed.said,
    }


def _offered(ground: Ground) -> list[Kind]:
    """The kinds of which a change can be made; of the changes made already only their kinds matter."""
    made = sorted({change.kind for change in ground.changes})
    found: list[Kind] = ground.facts.once(
        f"kinds offered to {ground.reader} {ground.territories} beside {made}",
        lambda: [one for one in KINDS.values() if one.is_offered(ground)],
    )
    return found


def _groups(offered: list[Kind], chosen: Kind | None, ground: Ground) -> list[dict[str, Any]]:
    say = ground.voice.say
    return [
        {
            "text": say(f"review.change.group.{group}"),
            "options": [
                {
                    "value": kind.name,
                    "text": say(f"review.change.kind.{kind.name}"),
                    "chosen": kind is chosen,
                }
                for kind in offered
                if kind.group == group
            ],
        }
        for group in GROUPS
        if any(kind.group == group for kind in offered)
    ]


def _shown(field: Field, ground: Ground, typed: Typed) -> dict[str, Any]:
    """The field as a template draws it, with what was typed or else what holds now."""
    value = typed.values.get(field.name, field.shown(field.now))
    options = _options(field)
    return {
        "name": field.name,
        "kind": "select" if options else "text",
        "label": _label(field, ground),
        "value": value,
        "required": not field.optional,
        "error": typed.wrong.get(field.name, ""),
        "hint": "",
        "lookup": field.what == "name" and not options,
        "options": [{"value": k, "text": t, "chosen": k == value} for k, t in options],
    }


def _label(field: Field, ground: Ground) -> str:
    say = ground.voice.say
    name = say(f"review.change.field.{field.name}")
    unit = say("review.change.unit.share") if field.what == "share" else field.unit
    if unit:
        name = say("review.change.field.unit_of", field=name, unit=unit)
    blank_means_none = field.optional and field.name in ("value",)
    return say("review.change.field.optional", field=name) if blank_means_none else name


def _options(field: Field) -> list[tuple[str, str]]:
    if field.names is None:
        return list(field.choices)
    labels = field.names.labels
    if len(labels) > MOST_CHOICES:
        return []
    return [(field.names.key_of(label), label) for label in labels]
