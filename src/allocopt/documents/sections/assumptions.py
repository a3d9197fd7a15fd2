"""Assumptions and warnings: every document says them."""

from __future__ import annotations

from pathlib import PureWindowsPath
from typing import Any

from allocopt.documents.blocks import Section, bullets, notice, section
from allocopt.documents.facts import Facts
from allocopt.documents.language.voice import Voice


def assumptions_section(facts: Facts, voice: Voice) -> Section:
    """What was assumed where the data said nothing, and what somebody should look at."""
    said = [*facts.summary.get("assumptions", []), *facts.summary.get("warnings", [])]
    assumed = [_spoken(text, facts, voice) for text in facts.summary.get("assumptions", [])]
    warned = [_spoken(text, facts, voice) for text in facts.summary.get("warnings", [])]
    # Only catalogues of other languages than the findings' own have this text.
    original = voice.say.get("finding.original", "") if {*assumed, *warned} & {*said} else ""
    blocks = [
        notice(original) if original else None,
        bullets(assumed, voice.say("assumptions.assumed")) or notice(voice.say("assumptions.none")),
        bullets(warned, voice.say("assumptions.warnings"))
        or notice(voice.say("assumptions.no_warnings")),
    ]
    return section("assumptions", voice, blocks)


def _spoken(sentence: str, facts: Facts, voice: Voice) -> str:
    """A sentence in the document's language where that is known, else as it was said."""
    # Plans of earlier versions have no translations.
    known = facts.summary.get("translations", {}).get(voice.say.language, {})
    if sentence in known:
        return str(known[sentence])
    said = (one for one in facts.summary.get("findings", []) if one["sentence"] == sentence)
    finding = next(said, {"code": ""})
    key, file = f"finding.{finding['code']}", finding.get("file", "")
    # A table may lie in a folder of its own, which is nobody's business who reads the document.
    name = PureWindowsPath(file).name
    if key not in voice.say.texts:
        return sentence.replace(file, name) if file else sentence
    where = voice.show.join([part for part in (name, finding["column"]) if part])
    return voice.say(
        key,
        where=voice.say("finding.where", where=where) if where else "",
        names=_names(finding, voice),
        column=finding["column"],
        value=finding["value"],
    )


def _names(finding: dict[str, Any], voice: Voice) -> str:
    """The first things that a finding is about, and how many there are."""
    names = voice.show.join(finding["names"])
    more = finding["count"] - len(finding["names"])
    return names + (voice.say.count("general.and_more", more) if names and more > 0 else "")
