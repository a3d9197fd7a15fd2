"""Kind: what sort of thing a change changes: what is entered, what it sets, and how it is told."""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from allocopt.documents.facts.visibility import hidden_from
from allocopt.errors import DataError, Finding, Severity
from allocopt.review.drafts.change import Change
from allocopt.review.drafts.kinds.field import Field, entered
from allocopt.review.drafts.kinds.ground import Basis, Ground
from allocopt.yaml_source import KeyPath

Entry = tuple[KeyPath, Any]


class Kind(ABC):
    """A kind of change; `group` is the heading that it stands under where one is chosen."""

    name: str
    group: str

    @abstractmethod
    def is_offered(self, ground: Ground) -> bool:
        """Whether the plan has something that this kind changes, and it is the person's to change."""

    @abstractmethod
    def fields(self, ground: Ground) -> Sequence[Field]:
        """What is entered."""

    @abstractmethod
    def settings(self, change: Change, basis: Basis) -> Iterator[Entry]:
        """What the change sets, as paths and values of settings."""

    @abstractmethod
    def sentence(self, change: Change, ground: Ground) -> str:
        """The change in words."""

    def about(self, change: Change) -> tuple[str, ...]:
        """What the change is about: of two about the same thing the later one counts."""
        return (self.name,)

    def is_own(self, change: Change, ground: Ground) -> bool:
        """Whether what a change is about is the person's to change, whoever made it."""
        if ground.is_whole:
            return True
        return self.is_offered(ground) and all(
            field.offers(change[field.name]) for field in self.fields(ground)
        )

    def refused(self, values: Mapping[str, str], ground: Ground) -> dict[str, str]:
        """What is wrong with values that can each be read: sentences by their fields."""
        return {}

    def read(
        self, given: Mapping[str, str], ground: Ground
    ) -> tuple[Change | None, dict[str, str]]:
        """The change that was entered, or what is wrong with it, by its fields."""
        values, wrong = entered(self.fields(ground), given, ground.voice)
        wrong = wrong or self.refused(values, ground)
        return (None if wrong else Change(self.name, values)), wrong


def not_there(name: str) -> DataError:
    """What is said of a change that was carried over to a plan without what it is about."""
    message = f"the what-if changes {name!r}, which this plan does not have"
    return DataError([Finding(Severity.PROBLEM, message, code="unknown-change")])


def number_of(text: str) -> float | None:
    """A kept number; None where nothing was entered."""
    return float(text) if text else None


def money(text: str, ground: Ground) -> str:
    """A kept amount of money in words; what stands for no limit where there is none."""
    return ground.voice.show.money(float(text)) if text else ground.voice.say("review.change.none")


def given(value: object) -> str:
    """A cell or a setting as a field keeps it; "" where there is none."""
    if value is None or value != value or value == "":  # noqa: PLR0124 - unknown is not itself
        return ""
    return repr(float(value)) if isinstance(value, float) else str(value)


def is_hidden(what: str, ground: Ground) -> bool:
    """Whether one of the entries of `visibility` is hidden from the person."""
    return what in hidden_from(ground.reader, ground.scenario.config.visibility)
