"""The screens of the room; a further screen is a further entry."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from types import MappingProxyType

from allocopt.review.panels import Screen
from allocopt.review.screens.documents import documents_screen
from allocopt.review.screens.limits import limits_screen
from allocopt.review.screens.meeting import meeting_screen
from allocopt.review.screens.money import money_screen
from allocopt.review.screens.opening import opening_screen
from allocopt.review.screens.plan import plan_screen
from allocopt.review.screens.reps import reps_screen
from allocopt.review.screens.territories import territories_screen
from allocopt.review.screens.variance import variance_screen
from allocopt.review.screens.versions import versions_screen
from allocopt.review.view import View

SCREENS: Mapping[str, Callable[[View], Screen]] = MappingProxyType(
    {
        "opening": opening_screen,
        "plan": plan_screen,
        "territories": territories_screen,
        "reps": reps_screen,
        "money": money_screen,
        "variance": variance_screen,
        "limits": limits_screen,
        "versions": versions_screen,
        "meeting": meeting_screen,
        "documents": documents_screen,
    }
)
