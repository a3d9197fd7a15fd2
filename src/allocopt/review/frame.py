"""Frame: what every page shows around its screen: the head, the way around, who asks, the what-if."""

from __future__ import annotations

from typing import Any

from allocopt.documents.language.messages import languages
from allocopt.review.asking import Asking
from allocopt.review.screens import SCREENS
from allocopt.review.view import View
from allocopt.review.what_if.panel import panel_content

# Where a browser keeps whether the what-if panel is folded away; the script writes it.
FOLDED = "folded"


def frame_of(asking: Asking, view: View, current: str, *, folded: bool = False) -> dict[str, Any]:
    """All that a page needs beside its screen; `current` is the name of the screen."""
    return {**content_of(asking, view), **_head(asking, view, current), "folded": folded}


def content_of(asking: Asking, view: View) -> dict[str, Any]:
    """All that a screen needs where it is replaced in its page."""
    say = asking.voice.say
    return {
        "language": say.language,
        "words": say.branch("review.frame"),
        "csrf": asking.visitor.csrf,
        "presenting": asking.presenting,
        "address": view.address,
        "here": asking.here,
    }


def _asks(asking: Asking) -> bool:
    """Whether a what-if stands beside the screen."""
    return asking.person.may_ask and not asking.presenting


def _parts(asking: Asking, view: View) -> list[dict[str, Any]]:
    """The parts of the tree that somebody can choose from who sees one at a time."""
    own = asking.person.territories
    named = [(node, view.facts.name_of("territories", node)) for node in own]
    shown = view.facts.subject.key
    parts = [{"value": node, "text": text, "chosen": node == shown} for node, text in named]
    return parts if len(parts) > 1 else []


def _head(asking: Asking, view: View, current: str) -> dict[str, Any]:
    version, say = asking.record.version, asking.voice.say
    scenario, role, state = view.facts.scenario, asking.person.reader, asking.record.state
    return {
        "title": scenario.config.scenario.title or version.scenario,
        "person": {"name": asking.person.name, "role_text": say(f"review.role.{role}")},
        "version": {
            "id": version.id,
            "state": str(state),
            "state_text": say(f"review.state.{state}"),
        },
        "languages": [
            {"value": one, "text": say(f"review.language.{one}"), "chosen": one == say.language}
            for one in languages()
        ],
        "parts": _parts(asking, view),
        "invites": asking.visitor.is_host,
        "leaves": asking.visitor.can_leave,
        "tabs": [
            {
                "text": say(f"review.screen.{name}"),
                "link": f"{view.address}/{name}",
                "current": name == current,
            }
            for name in SCREENS
        ],
        "asks": _asks(asking),
        "what_if": panel_content(asking, view) if _asks(asking) else None,
    }
