"""Actions: what was agreed to be done, by whom and until when."""

from __future__ import annotations

from dataclasses import dataclass

import pandas as pd

from allocopt.documents.facts import Facts
from allocopt.documents.facts.progress import review_of
from allocopt.documents.language.days import day_of
from allocopt.documents.language.text import known_text
from allocopt.tables.catalogue.goals import ENDED


@dataclass(frozen=True)
class Action:
    """One action of the table `actions`; unknown texts are blank, an unknown day is NaT."""

    name: str
    goal: str
    owner: str
    due: pd.Timestamp
    status: str
    overdue: bool

    @property
    def is_open(self) -> bool:
        """Whether anything is left to do."""
        return self.status.strip().casefold() not in ENDED


def actions_of(facts: Facts) -> list[Action]:
    """All actions; open ones first, by the day on which they are due."""
    today = day_of(review_of(facts).get("through"))
    rows = facts.scenario.table("actions").to_dict("records")
    found = [_action({str(name): cell for name, cell in row.items()}, today) for row in rows]
    return sorted(found, key=lambda one: (not one.is_open, pd.isna(one.due), one.due.to_numpy()))


def _action(row: dict[str, object], today: pd.Timestamp) -> Action:
    """An action; it is overdue on the last day that has closed, and never without a review."""
    due, status = day_of(row["due"]), known_text(row["status"])
    ended = status.strip().casefold() in ENDED
    return Action(
        name=known_text(row["action"]),
        goal=known_text(row["goal"]),
        owner=known_text(row["owner"]),
        due=due,
        status=status,
        overdue=bool(not ended and due <= today),
    )
