"""Change: one thing that a what-if has otherwise than the plan it starts from."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field


@dataclass(frozen=True)
class Change:
    """A kind of change and its values as they were entered, such as `hours` of rep Ann set to 20."""

    kind: str
    values: Mapping[str, str] = field(default_factory=dict)

    def __getitem__(self, name: str) -> str:
        """The value of a field; "" where nothing was entered."""
        return self.values.get(name, "")
