"""Contacts: whom to ask about the plan."""

from __future__ import annotations

from allocopt.documents.blocks import Block, Section, columns, notice, section, table
from allocopt.documents.facts import Facts
from allocopt.documents.facts.profile import manager_of
from allocopt.documents.language.voice import Voice


def contacts_section(facts: Facts, voice: Voice) -> Section:
    """Whom people name for questions; without that, the rep's manager, then who signs the plan."""
    return section("contacts", voice, [_contacts(facts, voice) or _fallback(facts, voice)])


def _contacts(facts: Facts, voice: Voice) -> Block | None:
    rows = [[one.topic, one.name, one.reach] for one in facts.scenario.config.document.contacts]
    if not any(row[-1] for row in rows):
        rows = [row[:-1] for row in rows]
        return table(voice.say("contacts.table"), columns("topic contact", voice), rows, voice)
    heads = columns("topic contact reach", voice)
    return table(voice.say("contacts.table"), heads, rows, voice)


def _fallback(facts: Facts, voice: Voice) -> Block | None:
    manager = manager_of(facts)
    if manager:
        return notice(voice.say("contacts.manager", name=manager))
    author = facts.scenario.config.document.author
    return notice(voice.say("contacts.author", name=author)) if author else None
