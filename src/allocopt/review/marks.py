"""Marks: what a remark is about, as charts and tables mark it: `rep:Ann`, `territory:East`, `unit:U1`."""

from __future__ import annotations

from collections.abc import Iterator

from allocopt.review.address import with_options
from allocopt.review.view import View

TABLES = {"rep": "reps", "unit": "units", "territory": "territories"}
PAGES = {"rep": "reps", "unit": "reps", "territory": "territories"}
# More people than one looks through in a list are reached from their own screen.
MOST = 300


def mark_name(mark: str, view: View) -> str:
    """What a mark is about in words: the plan, or a thing by its name."""
    kind, _, key = mark.partition(":")
    if kind not in TABLES:
        return view.voice.say("review.meeting.about.plan")
    name = view.facts.name_of(TABLES[kind], key)
    return view.voice.say(f"review.meeting.about.{kind}", name=name)


def is_mark(mark: str, view: View) -> bool:
    """Whether a mark is blank, for the plan, or about something that the plan has."""
    kind, _, key = mark.partition(":")
    if not mark:
        return True
    if kind not in TABLES:
        return False
    rows = view.facts.scenario.table(TABLES[kind])
    return bool((rows[kind] == key).any()) or (kind == "territory" and _is_place(key, view))


def _is_place(key: str, view: View) -> bool:
    return key in view.facts.scenario.territory_tree.nodes


def page_of(mark: str) -> str:
    """The page of what a mark is about, below the address of its version."""
    kind, _, key = mark.partition(":")
    return f"{PAGES[kind]}{with_options({}, {kind: key})}"


def is_own(mark: str, view: View) -> bool:
    """Whether what a mark is about lies in the person's part; the plan as a whole is everybody's."""
    kind, _, key = mark.partition(":")
    return not mark or view.person.within(view.facts.scenario, **{kind: key})


def mark_options(view: View, chosen: str) -> list[tuple[str, str]]:
    """What a remark may be about: the plan, places, reps; and what was asked for, whatever it is."""
    marks = [mark for mark in ("", *_places(view), *_reps(view)) if is_own(mark, view)]
    if chosen not in marks and is_mark(chosen, view) and is_own(chosen, view):
        marks.append(chosen)
    return [(mark, mark_name(mark, view)) for mark in marks]


def _places(view: View) -> Iterator[str]:
    return (f"territory:{node}" for node in view.facts.scenario.territory_tree.nodes)


def _reps(view: View) -> Iterator[str]:
    reps = view.facts.scenario.table("reps")["rep"].tolist()
    return (f"rep:{rep}" for rep in (reps if len(reps) <= MOST else ()))
