"""Entered: a form that was sent and refused, so that it is shown again with all that was typed."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass


@dataclass(frozen=True)
class Entered:
    """What was typed into the form `form`, and the sentence that says why it was refused.

    `field` is the field that the sentence is about. `since` are the versions that somebody else has saved
    in the meantime, where that is the reason.
    """

    form: str
    values: Mapping[str, str]
    sentence: str
    field: str = ""
    since: tuple[str, ...] = ()

    def value(self, form: str, name: str, otherwise: str = "") -> str:
        """What stands in a field: what was typed there where the form is this one."""
        return self.values.get(name, otherwise) if form == self.form else otherwise

    def error(self, form: str, name: str) -> str:
        """The sentence at a field."""
        return self.sentence if (form, name) == (self.form, self.field) else ""


NOTHING = Entered("", {}, "")
