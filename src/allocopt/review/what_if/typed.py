"""Typed: a change that was entered and could not be made, so that it is shown again with the reasons."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field


@dataclass(frozen=True)
class Typed:
    """What was typed for a kind of change, what is wrong with its fields, and with all of it (`said`)."""

    kind: str = ""
    values: Mapping[str, str] = field(default_factory=dict)
    wrong: Mapping[str, str] = field(default_factory=dict)
    said: str = ""


NOTHING = Typed()
