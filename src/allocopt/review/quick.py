"""Quick what-ifs: buttons that add one change to the what-if of this browser."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from allocopt.review.panels import button
from allocopt.review.view import View


def asks(view: View) -> bool:
    """Whether the person may ask what-ifs here: presenting, nobody does."""
    return view.person.may_ask and not view.presenting


def change_button(
    view: View, text: str, kind: str, values: Mapping[str, str], hint: str = ""
) -> dict[str, Any]:
    """A button that adds a change of a kind (`drafts.kinds`) with its values as they are entered."""
    return button(text, f"{view.address}/changes", {"kind": kind, **values}, hint)


def lock_button(view: View, unit: str, rep: str, text: str, hint: str = "") -> dict[str, Any]:
    """A button that locks a unit to a rep, who has it or is to get it."""
    return button(text, f"{view.address}/lock", {"unit": unit, "rep": rep}, hint)


def unlock_button(view: View, unit: str, text: str, hint: str = "") -> dict[str, Any]:
    """A button that frees a unit of its lock."""
    return button(text, f"{view.address}/unlock", {"unit": unit}, hint)
