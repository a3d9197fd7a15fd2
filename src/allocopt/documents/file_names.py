"""File names of documents: readable, safe on every system, and one for each subject."""

from __future__ import annotations

import re
from collections.abc import Sequence
from pathlib import Path

from allocopt.documents.facts.subject import COMPANY
from allocopt.documents.file_formats import format_of
from allocopt.documents.rendering import Request

# Letters and digits of any script stay; what a file system or a shell reads otherwise does not.
_UNSAFE = re.compile(r"[^\w.+-]+")
# Bytes of a subject in a name: file systems stop at 255 for the whole.
_MOST_BYTES = 120


def file_names(requests: Sequence[Request], form: str) -> list[str]:
    """A name for each document, such as `rep.E1.en.html`; two never differ by case alone."""
    suffix, names, taken = format_of(form).suffix, [], set[str]()
    for request in requests:
        stem = ".".join(filter(None, (request.kind, _safe(request), request.language)))
        name, number = stem, 1
        while name.casefold() in taken:
            number += 1
            name = f"{stem}-{number}"
        taken.add(name.casefold())
        names.append(name + suffix)
    return names


def usual_path(plan: Path, request: Request, form: str) -> Path:
    """Where a document goes that nobody named a place for: the folder `documents` of the plan."""
    return plan / "documents" / file_names([request], form)[0]


def _safe(request: Request) -> str:
    if request.subject == COMPANY:
        return ""
    key = _UNSAFE.sub("_", request.subject.key).strip("._") or request.subject.kind
    return key.encode()[:_MOST_BYTES].decode(errors="ignore")
