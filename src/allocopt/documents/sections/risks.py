"""Risks: the rules that hold the plan back, and the soft rules that it does not keep."""

from __future__ import annotations

from dataclasses import dataclass

from allocopt.documents.blocks import (
    Block,
    Section,
    columns,
    heading,
    notice,
    prose,
    section,
    table,
)
from allocopt.documents.facts import Facts
from allocopt.documents.sections.goals import missed_goals
from allocopt.documents.text import known_text
from allocopt.documents.voice import Voice

MOST_BINDING = 12


@dataclass(frozen=True)
class BindingRule:
    """A rule that binds: its sentence, where, in how many periods, and what loosening it brings.

    `one_more` is the worth of one more unit in each period, `percent_more` that of one per cent more.
    """

    sentence: str
    item: str
    periods: int
    one_more: str
    percent_more: str


def risks_section(facts: Facts, voice: Voice) -> Section:
    """What people see coming, what binds, and what is missed."""
    binding = binding_rules(facts, voice)
    rows = [
        [
            rule.sentence,
            rule.item,
            voice.show.number(rule.periods),
            rule.one_more,
            rule.percent_more,
        ]
        for rule in binding
    ]
    blocks = [
        prose(facts.scenario.config.document.risks),
        heading(voice.say("risks.binding")),
        table(
            voice.say("risks.binding_table"),
            columns("rule where #periods #one_more #percent_more", voice),
            rows,
            voice,
            most=MOST_BINDING,
        )
        or notice(voice.say("risks.nothing_binds")),
        heading(voice.say("risks.shortfalls")),
        _shortfalls(facts, voice) or notice(_all_kept(facts, voice)),
    ]
    return section("risks", voice, blocks)


def binding_rules(facts: Facts, voice: Voice) -> list[BindingRule]:
    """Binding rules, their periods added up, those first that bring most when loosened by 1 %.

    One more hour and one more unit of money do not compare; one per cent of each does.
    """
    worth = facts.binding["value_of_one_more"].abs()
    rows = facts.binding.assign(one=worth, percent=worth * facts.binding["limit"].abs() / 100)
    groups = rows.groupby(["rule", "item"], sort=False, dropna=False)
    sums = groups.agg(one=("one", "sum"), percent=("percent", "sum"), periods=("period", "size"))
    sums = sums.sort_values("percent", ascending=False, kind="stable")
    return [
        BindingRule(
            rule_sentence(str(row["rule"]), facts, voice).rstrip(".。"),
            item_name(row["item"], facts, voice),
            int(row["periods"]),
            voice.show.money(row["one"]),
            voice.show.money(row["percent"]),
        )
        for row in sums.reset_index().to_dict("records")
    ]


def rule_sentence(rule: str, facts: Facts, voice: Voice) -> str:
    """The business meaning of a rule: in the document's language, else as the model says it."""
    sentences = facts.summary.get("rules", {})
    return voice.say.get(f"rules.{rule}", str(sentences.get(rule, rule)))


def item_name(item: object, facts: Facts, voice: Voice) -> str:
    """What a rule row is about, by the names people use; parts of an item are joined by `/`."""
    key = known_text(item)
    if key == "company":
        return voice.say("general.company")
    parts = [facts.any_name(part) or voice.say.get(f"kpi.{part}", part) for part in key.split("/")]
    return facts.any_name(key) or " / ".join(parts)


def _all_kept(facts: Facts, voice: Voice) -> str:
    """That all soft rules are kept, and how many goals are missed all the same."""
    missed = missed_goals(facts, voice)
    if missed:
        return voice.say.count("risks.only_goals", missed)
    return voice.say("risks.no_shortfalls")


def _shortfalls(facts: Facts, voice: Voice) -> Block | None:
    show, missed = voice.show, facts.shortfalls
    rows = [
        [
            rule_sentence(str(row["rule"]), facts, voice),
            item_name(row["item"], facts, voice),
            show.period(str(row["period"])) if isinstance(row["period"], str) else "",
            show.number(row["amount"], 0 if row["amount"] >= 100 else 2),
            show.money(row["cost"]),
        ]
        for row in missed.to_dict("records")
    ]
    heads = columns("rule where period #missing #cost", voice)
    return table(voice.say("risks.shortfall_table"), heads, rows, voice)
