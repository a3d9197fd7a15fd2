"""Identity: which plan a workbook was written from, and what its forms are called in it."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field

# The sheet that holds it, in every language.
SHEET = "allocopt"
FORMAT = "1"


@dataclass(frozen=True)
class Identity:
    """The plan's id and the fingerprint of its inputs.

    `forms` has the sheet of each form, `headings` the columns of each form by their heading, `others` the
    sheets that are no forms.
    """

    plan: str
    inputs: str
    format: str = FORMAT
    forms: Mapping[str, str] = field(default_factory=dict)
    headings: Mapping[tuple[str, str], str] = field(default_factory=dict)
    others: tuple[str, ...] = ()

    def rows(self) -> Iterator[tuple[str, str, str, str]]:
        """What the sheet holds: an entry, two names and a value in each row."""
        yield "format", "", "", self.format
        yield "plan", "", "", self.plan
        yield "inputs", "", "", self.inputs
        for form, sheet in self.forms.items():
            yield "form", form, "", sheet
        for (form, column), heading in self.headings.items():
            yield "heading", form, column, heading
        for sheet in self.others:
            yield "other", "", "", sheet


def identity_of(rows: Iterable[Sequence[str]]) -> Identity:
    """The identity that rows hold; entries that are not there are blank."""
    single: dict[str, str] = {}
    forms: dict[str, str] = {}
    headings: dict[tuple[str, str], str] = {}
    others: list[str] = []
    for entry, form, column, value in rows:
        match entry:
            case "form":
                forms[form] = value
            case "heading":
                headings[form, column] = value
            case "other":
                others.append(value)
            case _:
                single[entry] = value
    known = {name: single.get(name, "") for name in ("plan", "inputs", "format")}
    return Identity(**known, forms=forms, headings=headings, others=tuple(others))
