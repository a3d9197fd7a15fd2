"""Places: what a territory is called for somebody who may see a part of the tree alone."""

from __future__ import annotations

from allocopt.documents.facts import Facts
from allocopt.documents.language.voice import Voice


def place_name(territory: str, facts: Facts, voice: Voice) -> str:
    """The name of a place; of one outside the reader's part, that alone; "" for none."""
    if not territory:
        return ""
    if facts.subject.key and territory not in facts.scenario.territory_tree:
        return voice.say("review.versions.elsewhere")
    return facts.name_of("territories", territory)
