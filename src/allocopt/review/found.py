"""Found: what is wrong with data or settings, in a sentence of the reader's language.

The checks speak English. Where, which value and what to do are said in the reader's words around it.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from allocopt.documents.language.voice import Voice

# How `--set` names what a change sets.
OF_A_SETTING = "--set "


def found_in_words(finding: Mapping[str, Any], voice: Voice) -> str:
    """A finding (`Finding.as_dict`) in one line: where, what, which value, and what was expected."""
    say, place = voice.say, voice.show.join(list(_place(finding, voice)))
    where = say("review.found.where", place=place) if place else ""
    told = say("review.found.message", message=str(finding["message"]))
    more = (
        say(f"review.found.{name}", **{name: str(finding[name])})
        for name in ("value", "expected", "nearest", "mend")
        if finding.get(name)
    )
    return "".join((where, told, *more))


def _place(finding: Mapping[str, Any], voice: Voice) -> Iterator[str]:
    """File or setting, row and column, those that are known."""
    if finding.get("file"):
        yield str(finding["file"]).removeprefix(OF_A_SETTING)
    if finding.get("row") is not None:
        yield voice.say("review.found.row", row=str(finding["row"]))
    if finding.get("column"):
        yield voice.say("review.found.column", column=str(finding["column"]))
