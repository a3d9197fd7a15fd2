"""Contribution: from the margin on sales to it, and from one plan's to another's."""

from __future__ import annotations

from allocopt.documents.blocks import Block, chart
from allocopt.documents.charts import Step, step_chart
from allocopt.documents.facts import Facts
from allocopt.documents.figures.texts import changes_in_words, words
from allocopt.documents.language.amounts import signed
from allocopt.documents.language.formats import known
from allocopt.documents.language.voice import Voice
from allocopt.errors import DataError
from allocopt.plan import CONTRIBUTION_PARTS
from allocopt.whatif.difference import difference_of

# Parts of less than this share of the margin are arithmetic.
ROUNDING = 1e-9


def contribution_chart(facts: Facts, voice: Voice) -> Block | None:
    """From the margin on sales over what is spent to the contribution."""
    margin, contribution = facts.part(CONTRIBUTION_PARTS[0]), facts.contribution()
    least = ROUNDING * abs(margin)
    parts = [(name, facts.part(name)) for name in CONTRIBUTION_PARTS[1:]]
    parts = [(name, amount) for name, amount in parts if known(amount) and abs(amount) > least]
    if not known(margin) or not known(contribution) or not parts:
        return None
    changes = _changes(parts, voice)
    steps = [
        _total(part_name(CONTRIBUTION_PARTS[0], voice), margin, voice),
        *changes,
        _total(voice.say("kpi.contribution"), contribution, voice),
    ]
    numbers = _numbers(changes, contribution, voice)
    return _waterfall(steps, voice, words("contribution", facts, voice, numbers))


def bridge_chart(facts: Facts, voice: Voice, before: Facts | None = None) -> Block | None:
    """From another plan's contribution to this one's: the version before, unless one is named.

    None where there is no such plan, or where its periods or its currency are others.
    """
    other = before or facts.before
    if other is None or other.periods != facts.periods:
        return None
    try:
        parts = difference_of(other.plan, facts.plan).parts
    except DataError:
        return None
    first, last = other.contribution(), facts.contribution()
    rows = parts[(parts["contributes"] == "yes") & parts["change"].notna()]
    rows = rows[rows["change"].abs() > ROUNDING * max(abs(first), abs(last))]
    if not known(first) or not known(last) or rows.empty:
        return None
    changes = _changes(list(zip(rows["part"], rows["change"].astype(float), strict=True)), voice)
    names = {"before": plan_name(other, "before", voice), "after": plan_name(facts, "after", voice)}
    steps = [_total(names["before"], first, voice), *changes, _total(names["after"], last, voice)]
    numbers = _numbers(changes, last - first, voice)
    variant = str(other.summary.get("id", ""))
    return _waterfall(steps, voice, words("bridge", facts, voice, numbers, variant, **names))


def part_name(part: str, voice: Voice) -> str:
    """What people call a part of the contribution."""
    return voice.say.get(f"part.{part}", part)


def plan_name(facts: Facts, otherwise: str, voice: Voice) -> str:
    """What people call a plan beside others."""
    return facts.name or voice.say(f"chart.plan_{otherwise}")


def _changes(parts: list[tuple[str, float]], voice: Voice) -> list[Step]:
    return [Step(part_name(name, voice), amount, signed(amount, voice)) for name, amount in parts]


def _total(label: str, amount: float, voice: Voice) -> Step:
    return Step(label, amount, voice.show.compact(amount), total=True)


def _numbers(changes: list[Step], total: float, voice: Voice) -> str:
    entries = [(step.label, step.amount) for step in changes]
    whole = voice.show.money(total)
    return changes_in_words(entries, voice.show.compact, voice, whole)


def _waterfall(steps: list[Step], voice: Voice, texts: dict[str, str]) -> Block:
    key = (voice.say("chart.total"), voice.say("chart.adds"), voice.say("chart.takes"))
    geometry = step_chart(steps, key, voice.show.tick, texts)
    return chart(geometry, voice.say("chart.cut") if geometry["cut"] else "")
