"""View: what one screen is made from: a plan as somebody may see it, and what stands beside it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from urllib.parse import quote

from allocopt.documents.facts import Facts
from allocopt.documents.facts.visibility import hidden_from
from allocopt.documents.language.voice import Voice
from allocopt.review.archive import Archive
from allocopt.review.drafts import Draft
from allocopt.review.entered import NOTHING, Entered
from allocopt.review.person import Person
from allocopt.store import Record

# Width of a chart that stands beside another one [px].
HALF = 460.0


@dataclass(frozen=True)
class View:
    """Facts of the plan on the table, and of the answer to the browser's what-if where there is one.

    `options` are what the address asks for, such as the measure that colours the map. `record` is the
    version with its history, `archive` leads to others. Both facts hold only what the person may see.
    `entered` is a form that was refused and is shown again.
    """

    person: Person
    record: Record
    facts: Facts
    voice: Voice
    archive: Archive
    after: Facts | None = None
    draft: Draft | None = None
    options: Mapping[str, str] = field(default_factory=dict)
    presenting: bool = False
    entered: Entered = NOTHING

    @property
    def latest(self) -> Facts:
        """The answer to the what-if where there is one, else the plan on the table."""
        return self.after or self.facts

    @property
    def sees_objective(self) -> bool:
        """Whether the person may know what the plan is worth, and so what a change of it is worth."""
        return "objective" in self.facts.summary

    @property
    def sees_whole(self) -> bool:
        """Whether the person looks at the whole, and not at a part of the tree."""
        return not self.person.territories

    @property
    def sees_everything(self) -> bool:
        """Whether nothing at all of the plan is hidden from the person."""
        visibility = self.facts.scenario.config.visibility
        return self.sees_whole and not hidden_from(self.person.reader, visibility)

    def option(self, name: str, allowed: tuple[str, ...]) -> str:
        """What the address asks for, when it is one of the values that there are; else the first."""
        asked = self.options.get(name, "")
        return asked if asked in allowed else allowed[0]

    @property
    def address(self) -> str:
        """Where the screens of this version are, without a slash at the end."""
        version = self.record.version
        return f"/plans/{quote(version.scenario, safe='')}/{version.version}"
