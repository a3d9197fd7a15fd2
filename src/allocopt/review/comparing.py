"""Comparing: two versions side by side, or a version and the answer to a what-if."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace

from allocopt.documents.blocks import Block, bullets, notice
from allocopt.documents.facts import Facts
from allocopt.documents.language.text import shorten
from allocopt.documents.sections.options import option_differences_section, options_section
from allocopt.errors import AllocoptError, NotAllowed, StoreError
from allocopt.review.differences import Differences, differences
from allocopt.review.moments import moment
from allocopt.review.panels import Panel, choice, panel
from allocopt.review.view import View
from allocopt.store import Version

# What stands in the address for the answer to this browser's what-if.
ANSWER = "answer"
# Versions to choose from, the newest first, and the width of a name among them [em].
MOST, WIDTH = 60, 42.0


@dataclass(frozen=True)
class Compared:
    """The keys of two plans; blank = none was chosen."""

    first: str
    second: str

    @property
    def is_asked(self) -> bool:
        """Whether there are two to compare."""
        return bool(self.first and self.second) and self.first != self.second


def compared(view: View, family: tuple[Version, ...]) -> Compared:
    """What the address asks for; else nothing, an answer against the version that it is about."""
    known = {"", *(version.id for version in family), *([ANSWER] if view.after else [])}
    own = view.record.version.id
    second = view.options.get("b", "")
    first = view.options.get("a", own if second == ANSWER else "")
    return Compared(first if first in known else "", second if second in known and second else own)


def choices(view: View, family: tuple[Version, ...], asked: Compared) -> list[Block]:
    """The two controls above the screen."""
    say = view.voice.say
    options = list(_options(view, family, asked))
    return [
        choice(
            "a",
            say("review.versions.compare"),
            [("", say("review.versions.nothing")), *options],
            asked.first,
        ),
        choice("b", say("review.versions.with"), options, asked.second),
    ]


def _options(view: View, family: tuple[Version, ...], asked: Compared) -> Iterator[tuple[str, str]]:
    if view.after is not None:
        yield ANSWER, view.voice.say("review.versions.answer")
    listed = list(reversed(family))
    for place, version in enumerate(listed):
        if place < MOST or version.id in (asked.first, asked.second):
            yield version.id, _name(version, view)


def _name(version: Version, view: View) -> str:
    when = moment(version.saved_at, view.voice)
    told = view.voice.show.join([version.id, version.author, when])
    return shorten(told, WIDTH)


def comparison(view: View, asked: Compared) -> list[Panel | None]:
    """Figures beside each other with their trade-off; then what is otherwise, one thing after another."""
    say = view.voice.say
    if not asked.is_asked:
        return []
    try:
        first, second = (_facts(view, key) for key in (asked.first, asked.second))
        both = replace(first, beside=(second,))
        figures = options_section(both, view.voice)
        details = option_differences_section(both, view.voice)
        told = differences(first, second, view.voice)
    except AllocoptError as error:
        if isinstance(error, StoreError) and not isinstance(error, NotAllowed):
            raise
        unlike = [notice(say("review.versions.unlike"))]
        return [panel("figures", say("review.versions.figures"), unlike)]
    return [
        panel("material", say("review.versions.material"), _sentences(told, view)),
        panel("figures", say("review.versions.figures"), figures["blocks"]),
        panel("differences", say("review.versions.differences"), details["blocks"][1:]),
    ]


def _sentences(told: Differences, view: View) -> list[Block | None]:
    """What is material; how many more there are; that there is nothing."""
    if not told:
        return [notice(view.voice.say("option_differences.none"))]
    smaller = len(told.smaller)
    more = notice(view.voice.say.count("review.versions.smaller", smaller)) if smaller else None
    return [bullets([one.text for one in told.material]), more]


def _facts(view: View, key: str) -> Facts:
    if key == ANSWER and view.after is not None:
        return replace(view.after, name=view.voice.say("review.versions.answer"))
    return view.archive.facts(key)
