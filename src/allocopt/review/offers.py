"""Offers: the documents that can be made of a plan, about what, and for whose eyes."""

from __future__ import annotations

from collections.abc import Iterator

from allocopt.config.sections import Reader
from allocopt.documents.facts import Facts
from allocopt.documents.facts.progress import is_reviewed
from allocopt.documents.facts.subject import Subject, SubjectKind, subjects_of
from allocopt.documents.facts.visibility import hidden_from
from allocopt.documents.file_formats import FORMATS
from allocopt.documents.kinds import KINDS, kind_of
from allocopt.review.view import View

# What is offered to choose from, of each kind of subject; further ones are named by the screen they are on.
MOST = 300
# A page for another page is for programs.
FORMS = tuple(name for name in FORMATS if name != "fragment")
TABLES = {"territory": "territories", "rep": "reps", "account": "units"}
# A mark of the screens (`unit:U1`) and the subject of a document that it stands for.
SUBJECTS: dict[str, SubjectKind] = {"territory": "territory", "rep": "rep", "unit": "account"}


def kinds_for(view: View) -> tuple[str, ...]:
    """Kinds of documents that the plan on the table has what they need for."""
    return tuple(name for name in KINDS if _is_possible(name, view))


def _is_possible(name: str, view: View) -> bool:
    kind = kind_of(name)
    if kind.needs_pack or (kind.needs_actuals and not is_reviewed(view.facts.plan)):
        return False
    if kind.needs_others and view.after is None:
        return False
    if view.person.territories and kind.subjects == ("company",):
        return False
    return name != "long_term" or len(view.facts.periods) > view.facts.scenario.calendar.season


def subjects_for(view: View) -> list[Subject]:
    """What a document can be about: the company, places, reps, accounts, if they are the person's."""
    found = [] if view.person.territories else [Subject()]
    for kind in ("territory", "rep", "account"):
        found += list(_inside(view.facts, view, kind))[:MOST]
    return found


def _inside(facts: Facts, view: View, kind: SubjectKind) -> Iterator[Subject]:
    for subject in subjects_of(kind, facts.plan, facts.scenario):
        if is_inside(subject, view):
            yield subject


def is_inside(subject: Subject, view: View) -> bool:
    """Whether a document about a subject is for the person."""
    if not view.person.territories:
        return True
    scenario = view.facts.scenario
    if subject.kind == "account":
        return view.person.within(scenario, unit=subject.key)
    told = {subject.kind: subject.key}
    return subject.kind != "company" and view.person.within(scenario, **told)


def readers_for(view: View) -> tuple[Reader, ...]:
    """For whose eyes the person may have a document: those from whom at least as much is hidden."""
    visibility = view.facts.scenario.config.visibility
    own = set(hidden_from(view.person.reader, visibility))
    readers: tuple[Reader, ...] = ("analyst", "manager", "finance", "marketing", "viewer", "rep")
    return tuple(one for one in readers if own <= set(hidden_from(one, visibility)))


def subject_of_mark(mark: str) -> Subject:
    """The subject of a document that a mark of a screen stands for."""
    kind, _, key = mark.partition(":")
    return Subject(SUBJECTS[kind], key) if kind in SUBJECTS and key else Subject()


def subject_name(subject: Subject, view: View) -> str:
    """What a subject is called in a list."""
    say = view.voice.say
    if subject.kind == "company":
        return say("general.company")
    name = view.facts.name_of(TABLES[subject.kind], subject.key)
    return say(f"review.documents.about.{subject.kind}", name=name)
