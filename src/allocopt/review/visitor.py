"""Visitor: who a request comes from."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class Visitor:
    """Who a request comes from, as `access` found it: a name, a browser, and the mark of its forms.

    `is_host` is who started the room, and may hand out links to it. `can_leave`: who came in can go, too;
    whom a proxy names is there as long as it does.
    """

    name: str
    browser: str
    csrf: str
    is_host: bool = False
    can_leave: bool = False
