"""The section `contingency`: worlds that plans are made for in advance."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from typing import Any, Self

from pydantic import Field, field_validator, model_validator

from allocopt.config.scope import Scope
from allocopt.config.values import ScopeValue, Section

# A name is that of a folder.
_NAME = re.compile(r"\w[\w.-]{0,59}")


class Contingency(Section):
    """One world that may come, and how it is told."""

    name: str = Field(description="Short name; the plan is saved in a folder of this name.")
    when: str = Field(
        default="",
        description="What calls for the plan, in words; blank = sales so far, measured.",
    )
    demand: float = Field(
        default=0.0, ge=-1, description="Change of demand, such as -0.2. [share of demand]"
    )
    scope: ScopeValue = Field(
        default=Scope("company"), description="Where demand changes: company, territory=East …"
    )
    set: Mapping[str, Any] = Field(
        default_factory=dict,
        description="What else changes, written as in scenario.yaml: {budget: {total_max: 80}, "
        "override: {reps: {Ann: remove}}}.",
    )

    @property
    def changes(self) -> tuple[tuple[tuple[str, ...], Any], ...]:
        """What `set` changes: the path and value of each entry, outermost key first."""
        return tuple(_leaves(self.set, ()))

    @field_validator("name")
    @classmethod
    def _names_a_folder(cls, name: str) -> str:
        if not _NAME.fullmatch(name):
            raise ValueError("expected up to 60 letters, digits, `_`, `.` and `-`")
        return name

    @model_validator(mode="after")
    def _says_what_and_when(self) -> Self:
        if self.demand == 0 and not self.set:
            raise ValueError("a contingency changes demand, or something under `set`")
        if self.demand == 0 and not self.when:
            raise ValueError("a contingency that does not change demand says `when`")
        return self


def _leaves(
    changes: Mapping[str, Any], above: tuple[str, ...]
) -> Iterator[tuple[tuple[str, ...], Any]]:
    for key, value in changes.items():
        if isinstance(value, Mapping) and value:
            yield from _leaves(value, (*above, str(key)))
        else:
            yield (*above, str(key)), value
