"""Roll-out: what changes with the plan, for whom and from which day on, and why."""

from __future__ import annotations

from collections.abc import Iterator

from allocopt.documents.blocks import (
    Block,
    Section,
    bullets,
    columns,
    notice,
    prose,
    section,
)
from allocopt.documents.facts import Facts, ratio
from allocopt.documents.facts.reasons import handover_reason
from allocopt.documents.language.formats import known
from allocopt.documents.language.text import known_text
from allocopt.documents.language.voice import Voice
from allocopt.documents.lean_table import lean_table
from allocopt.documents.sections.rep_sheet import own_quotas

# A note names every change: who looks for a unit must find it.
MOST_CHANGES = 2_000


def rollout_section(facts: Facts, voice: Voice) -> Section:
    """Why the plan changes things, and what changes in a few sentences."""
    blocks = [
        prose(facts.scenario.config.document.rollout) or _why(facts, voice),
        bullets(list(_sentences(facts, voice)), voice.say("rollout.in_short")),
    ]
    return section("rollout", voice, blocks)


def all_changes_section(facts: Facts, voice: Voice) -> Section:
    """Every unit that gets another rep, in the order of the days."""
    rows = [
        [
            voice.show.date(row["start"]),
            facts.name_of("units", str(row["unit"])),
            facts.name_of("reps", str(row["before"])) or voice.say("rollout.nobody"),
            facts.name_of("reps", str(row["rep"])) or voice.say("appendix.left_open"),
            handover_reason(row, facts, voice),
        ]
        for row in facts.changes.to_dict("records")
    ]
    heads = columns("@date unit from to reason", voice)
    block = lean_table(voice.say("rollout.changes"), heads, rows, voice, most=MOST_CHANGES)
    return section("rollout_changes", voice, [block or notice(voice.say("rollout.no_changes"))])


def faq_section(facts: Facts, voice: Voice) -> Section:
    """Questions that people ask, with their answers."""
    blocks: list[Block | None] = []
    for one in facts.scenario.config.document.faq:
        answer = [one.answer] if isinstance(one.answer, str) else list(one.answer)
        blocks.append(bullets(answer, one.question))
    return section("faq", voice, blocks)


def _why(facts: Facts, voice: Voice) -> Block | None:
    """The plan's own reasons where nobody wrote why: how often each stands behind a change."""
    if not len(facts.changes):
        return None
    return prose(voice.say("rollout.why"))


def _sentences(facts: Facts, voice: Voice) -> Iterator[str]:
    """Units that come, units that go, the quota, what stays."""
    changes = facts.changes
    if facts.subject.kind != "rep":
        number = changes["unit"].nunique()
        if number:
            days = voice.show.date(changes["start"].min())
            yield voice.say.count("rollout.changed", number, day=days)
        held = facts.table("assignments")
        covered = held.loc[held["rep"].map(known_text) != "", "unit"]
        stays = len(set(covered) - set(changes["unit"]))
        if stays:
            yield voice.say.count("rollout.stays", stays)
        yield from _hires(facts, voice)
        return
    yield from _own_changes(facts, voice)
    yield from _own_quota(facts, voice)


def _hires(facts: Facts, voice: Voice) -> Iterator[str]:
    """Positions that are filled, and from when."""
    for rep, row in facts.hires.iterrows():
        name, day = facts.name_of("reps", str(rep)), voice.show.date(row["start"])
        yield voice.say("rollout.hire", rep=name, day=day)


def _own_changes(facts: Facts, voice: Voice) -> Iterator[str]:
    """What one rep takes over and hands on."""
    changes, key = facts.changes, facts.subject.key
    comes = changes.loc[changes["rep"] == key, "unit"]
    goes = changes.loc[changes["before"] == key, "unit"]
    # A unit that goes later in the plan is the rep's until then.
    stays = set(facts.units.index).difference(comes, goes)
    for name, units in (("comes", set(comes)), ("goes", set(goes)), ("keeps", stays)):
        if units:
            yield voice.say.count(f"rollout.{name}", len(units))
    if not len(facts.units):
        yield voice.say("rep_sheet.no_units")


def _own_quota(facts: Facts, voice: Voice) -> Iterator[str]:
    """One rep's quota, against the one before where that is known."""
    quota = float(own_quotas(facts)["quota"].sum(min_count=1))
    if not quota > 0:
        return
    before = float(facts.rep_quotas["before"].sum(min_count=1))
    change = ratio(quota, before) - 1
    if known(change):
        shown = voice.show.change(change)
        yield voice.say("rollout.quota_change", quota=voice.show.money(quota), change=shown)
    else:
        yield voice.say("rollout.quota", quota=voice.show.money(quota))
