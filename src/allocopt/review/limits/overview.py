"""Overview: how much binds, rule by rule, and what would bring most."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from math import nan

import pandas as pd

from allocopt.documents.blocks import Column, bullets, columns, notice
from allocopt.documents.facts.binding import rule_sentence
from allocopt.documents.language.formats import known
from allocopt.review.address import with_options
from allocopt.review.limits.families import FAMILY_OF, GIVEN
from allocopt.review.limits.words import heads, rule_name, two
from allocopt.review.panels import Panel, grid, panel, row
from allocopt.review.tallies.headlines import Figure, sided_headlines
from allocopt.review.tallies.sides import Write
from allocopt.review.view import View


def overview_panel(view: View, rows: pd.DataFrame) -> Panel | None:
    """How many limits bind, what the best of them would bring, what is paid for rules that are not kept."""
    say, show = view.voice.say, view.voice.show
    binding = [float((rows[name] > 0).sum()) for name in ("tight", "tight_after")]
    costs = [facts.shortfalls["cost"] for facts in (view.facts, view.latest)]
    shown = [
        _figure(view, "count", binding, show.number),
        _figure(view, "rules", [float(len(rows))] * 2, show.number),
        _figure(view, "unkept", [float(len(cost)) for cost in costs], show.number),
        _figure(view, "cost", [float(cost.sum()) for cost in costs], show.money),
    ]
    how = notice(say("review.limits.how")) if len(rows) else None
    blocks = [sided_headlines(shown, view.voice), bullets(list(_sentences(view, rows))), how]
    return panel("overview", say("review.limits.overview"), blocks)


def _figure(view: View, name: str, sides: Sequence[float], write: Write) -> Figure:
    """A figure of the plan; where there is an answer, of that, beside the plan's."""
    was, after = sides
    label = view.voice.say(f"review.limits.card.{name}")
    return Figure(label, after, write, was) if view.after else Figure(label, was, write)


def _sentences(view: View, rows: pd.DataFrame) -> Iterator[str]:
    """What would bring most of what people decide, and of what is given."""
    say, show = view.voice.say, view.voice.show
    binding = rows[rows["tight"] > 0]
    for key, chosen in (("decided", ~binding["given"]), ("given", binding["given"])):
        best = binding[chosen].head(1).to_dict("records")
        for one in best:
            if known(one["percent"]):
                yield say(
                    f"review.limits.best_{key}",
                    rule=rule_name(str(one["rule"]), view),
                    item=str(one["name"]),
                    value=show.money(one["percent"]),
                )
    if binding.empty:
        yield say("review.limits.nothing")


def rules_panel(view: View, rows: pd.DataFrame) -> Panel | None:
    """A row per rule: what it says, how often it binds, what 1 % more of all of it brings, who decides."""
    say, show = view.voice.say, view.voice.show
    listed = []
    for rule in _dearest_first(rows):
        own = rows[rows["rule"] == rule]
        binding = own[own["tight"] > 0]
        listed.append(
            row(
                [
                    rule_name(rule, view),
                    rule_sentence(rule, view.facts, view.voice),
                    show.number(len(own)),
                    _binding(view, own),
                    show.money(float(binding["percent"].max())) if len(binding) else "",
                    say("review.limits.given" if rule in GIVEN else "review.limits.decided"),
                ],
                link=with_options(
                    view.options, {"family": FAMILY_OF.get(rule, ""), "limits_page": ""}
                ),
            )
        )
    columned: list[Column] = [
        *columns("rule meaning", view.voice),
        *heads(view, "#number #binding #best who"),
    ]
    caption = say("review.limits.rules")
    return panel("rules", say("review.limits.by_rule"), [grid(caption, columned, listed)])


def _binding(view: View, rows: pd.DataFrame) -> str:
    """How many limits of a rule bind, and how many in the answer."""
    now, after = (float((rows[name] > 0).sum()) for name in ("tight", "tight_after"))
    return two(now, after if view.after else nan, view.voice.show.number)


def _dearest_first(rows: pd.DataFrame) -> list[str]:
    """The rules, those first whose binding limits would bring most."""
    most = rows["percent"].where(rows["tight"] > 0).groupby(rows["rule"], sort=False).max()
    return [str(rule) for rule in most.sort_values(ascending=False, kind="stable").index]
