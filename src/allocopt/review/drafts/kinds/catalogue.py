"""Catalogue: the kinds of changes; a further kind is a further entry."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from types import MappingProxyType

from allocopt.errors import DataError, Finding, Severity
from allocopt.review.drafts.change import Change
from allocopt.review.drafts.kinds.anything import AnySetting
from allocopt.review.drafts.kinds.ground import Ground
from allocopt.review.drafts.kinds.kind import Kind
from allocopt.review.drafts.kinds.market import Demand, EventOff, EventOn, UnitDemand
from allocopt.review.drafts.kinds.people import AddRep, FillPosition, Hours, LoseRep
from allocopt.review.drafts.kinds.places import LockUnit, UnlockUnit
from allocopt.review.drafts.kinds.plain import PLAIN
from allocopt.review.drafts.kinds.quotas import Goal, RepQuota
from allocopt.review.drafts.kinds.relaxed import Relaxed
from allocopt.review.drafts.kinds.rules import LeverMoney, SpendBound, Tolerance

# Headings of the list to choose from, in its order.
GROUPS = ("people", "places", "market", "quotas", "money", "limits", "other")
KINDS: Mapping[str, Kind] = MappingProxyType(
    {
        kind.name: kind
        for kind in (
            *(Hours(), AddRep(), FillPosition(), LoseRep(), LockUnit(), UnlockUnit()),
            *(Demand(), UnitDemand(), EventOff(), EventOn()),
            *(RepQuota(), Goal(), LeverMoney(), SpendBound(), Tolerance()),
            *PLAIN,
            *(AnySetting(), Relaxed()),
        )
    }
)


def kind_of(change: Change) -> Kind:
    """The kind of a change.

    Raises:
        DataError: there is no such kind, as in a draft of another version of the program.
    """
    if change.kind not in KINDS:
        message = f"the what-if has a change of the kind {change.kind!r}, which there is not"
        raise DataError([Finding(Severity.PROBLEM, message, code="unknown-change")])
    return KINDS[change.kind]


def may_make(changes: Iterable[Change], ground: Ground) -> bool:
    """Whether somebody could have made these changes: all are about what is the person's to change."""
    return all(
        change.kind in KINDS and KINDS[change.kind].is_own(change, ground) for change in changes
    )
