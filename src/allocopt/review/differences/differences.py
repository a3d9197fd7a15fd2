"""All differences of two plans, as far as a reader may see them."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from allocopt.documents.facts import Facts
from allocopt.documents.facts.subject import COMPANY
from allocopt.documents.language.voice import Voice
from allocopt.documents.sections.differences import difference_between
from allocopt.review.differences import figures, people
from allocopt.review.differences.sentence import Sentence

# What weighs less is told among the smaller ones. [share of planned sales]
MATERIAL = 0.005
# Material sentences that are read at a glance; the rest is among the smaller ones.
MOST = 12
# Of one kind, such as quotas.
MOST_OF_A_KIND = 4


@dataclass(frozen=True)
class Differences:
    """Sentences of what is material and of what is not, each the weightiest first."""

    material: tuple[Sentence, ...]
    smaller: tuple[Sentence, ...]

    def __bool__(self) -> bool:
        return bool(self.material or self.smaller)


def differences(before: Facts, after: Facts, voice: Voice) -> Differences:
    """What the second plan has otherwise than the first; both hold only what the reader may see.

    Of a part of the plan, only what is said of its own units, reps and goals.

    Raises:
        DataError: the plans are in different currencies or periods.
    """
    sales = before.sales()
    least = MATERIAL * abs(sales) if sales == sales else 0.0  # noqa: PLR0124 - unknown is not itself
    every = sorted(_each(before, after, voice), key=lambda one: (not one.always, -one.worth))
    material = [one for one in every if one.always or one.worth > least]
    first = tuple(_first(material))[:MOST]
    return Differences(first, tuple(one for one in every if one not in first))


def _first(sentences: Iterable[Sentence]) -> Iterator[Sentence]:
    """The first few of each kind."""
    count: Counter[str] = Counter()
    for one in sentences:
        count[one.kind] += 1
        if count[one.kind] <= MOST_OF_A_KIND:
            yield one


def _each(before: Facts, after: Facts, voice: Voice) -> Iterator[Sentence]:
    difference = difference_between(before, after)
    yield from people.hires(before, after, voice)
    yield from figures.goals(before, after, voice)
    yield from people.overloads(before, after, voice)
    yield from people.moves(difference, after, voice)
    yield from people.quotas(difference, after, voice)
    if after.subject == COMPANY:
        yield from figures.money(difference, after, voice)
    yield from figures.shares(before, after, voice)
