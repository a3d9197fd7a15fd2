"""Scope: the part of the business that a bound, a target or a figure speaks about."""

from __future__ import annotations

import difflib
from dataclasses import dataclass

SCOPE_KINDS = ("company", "territory", "segment", "product", "channel", "group", "lever", "rep")


@dataclass(frozen=True, slots=True)
class Scope:
    """A kind of thing and which one: `territory=East`. The whole company has no value."""

    kind: str
    value: str = ""

    def __str__(self) -> str:
        return f"{self.kind}={self.value}" if self.value else self.kind


def parse_scope(text: object) -> Scope:
    """The scope that a text such as `territory=East` or `company` names.

    Raises ValueError with what is expected, and the nearest kind where there is one.
    """
    if isinstance(text, Scope):
        return text
    if not isinstance(text, str):
        raise ValueError("expected a scope such as territory=East")  # noqa: TRY004 - pydantic's contract
    kind, separator, value = (part.strip() for part in text.partition("="))
    if kind in ("company", "") and not value:
        return Scope("company")
    if kind not in SCOPE_KINDS or kind == "company":
        near = difflib.get_close_matches(kind, SCOPE_KINDS, n=1)
        hint = f"; did you mean {near[0]!r}?" if near else ""
        raise ValueError(f"expected company or one of {', '.join(SCOPE_KINDS[1:])} =…{hint}")
    if not separator or not value:
        raise ValueError(f"expected a name after {kind}=")
    return Scope(kind, value)
