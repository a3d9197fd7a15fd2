"""Place: where a curve holds."""

from __future__ import annotations

from dataclasses import dataclass

PLACE = ["territory", "segment"]


@dataclass(frozen=True)
class Place:
    """A territory with all below it, and a segment; "" is every one."""

    territory: str = ""
    segment: str = ""

    def __str__(self) -> str:
        return "/".join(filter(None, (self.territory, self.segment))) or "everywhere"
