"""Order: a document that somebody asked for: of which plan, about what, for whose eyes."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import asdict, dataclass, replace
from typing import Any


@dataclass(frozen=True)
class Order:
    """A document for `owner`, who reads as `sight`.

    `kind` is that of the document, `about` what it is about as `territory=East`, "" = the company; `reader`
    for whose eyes it is; `state` is `waiting`, `ready` or `failed`, and then `reason` says why.
    """

    id: str
    owner: str
    sight: str
    version: str
    kind: str
    about: str
    language: str
    form: str
    reader: str
    name: str
    ordered_at: str
    state: str = "waiting"
    reason: str = ""

    def failed(self, reason: str) -> Order:
        """The order when nothing came of it."""
        return replace(self, state="failed", reason=reason)

    def ready(self) -> Order:
        """The order when its document is there."""
        return replace(self, state="ready")

    def text(self) -> str:
        """The order as it is kept in a file."""
        return json.dumps(asdict(self), ensure_ascii=False)


def order_of(text: str) -> Order:
    """The order that a file holds.

    Raises:
        ValueError: it holds none.
    """
    told: Mapping[str, Any] = json.loads(text)
    try:
        return Order(**{str(name): str(value) for name, value in told.items()})
    except (TypeError, AttributeError) as error:
        raise ValueError(str(error)) from error
