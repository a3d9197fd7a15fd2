"""Risks: what people see coming, uncertain demand, the rules that bind, and those that are not kept."""

from __future__ import annotations

from allocopt.documents.blocks import (
    Block,
    Section,
    columns,
    heading,
    notice,
    prose,
    section,
)
from allocopt.documents.facts import Facts
from allocopt.documents.facts.binding import binding_rules, item_name, rule_sentence
from allocopt.documents.facts.concerns import concerns
from allocopt.documents.facts.goals import missed_goals
from allocopt.documents.language.voice import Voice
from allocopt.documents.lean_table import lean_table
from allocopt.documents.sections.demand_outcomes import outcome_blocks

MOST_BINDING = 12


def risks_section(facts: Facts, voice: Voice) -> Section:
    """What people see coming, how demand may come, what binds, and what is missed."""
    blocks = [
        _foreseen(facts),
        *outcome_blocks(facts, voice),
        heading(voice.say("risks.binding")),
        _binding(facts, voice) or notice(voice.say("risks.nothing_binds")),
        heading(voice.say("risks.shortfalls")),
        _shortfalls(facts, voice) or notice(_all_kept(facts, voice)),
    ]
    return section("risks", voice, blocks)


def _foreseen(facts: Facts) -> Block | None:
    """What people wrote of risks; the plan of a part leaves out what is about other places and people."""
    written = facts.scenario.config.document.risks
    paragraphs = written.split("\n\n") if isinstance(written, str) else written
    return prose([text for text in paragraphs if concerns(facts, text)])


def _binding(facts: Facts, voice: Voice) -> Block | None:
    rows = [
        [
            rule.sentence,
            rule.item,
            voice.show.number(rule.periods),
            rule.one_more,
            rule.percent_more,
        ]
        for rule in binding_rules(facts, voice)
    ]
    heads = columns("rule where #periods #one_more #percent_more", voice)
    return lean_table(voice.say("risks.binding_table"), heads, rows, voice, most=MOST_BINDING)


def _all_kept(facts: Facts, voice: Voice) -> str:
    """That all soft rules are kept, and how many goals are missed all the same."""
    missed = len(missed_goals(facts, voice))
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
    return lean_table(voice.say("risks.shortfall_table"), heads, rows, voice)
