"""Address: the screen that is being looked at, with some of its options otherwise."""

from __future__ import annotations

from collections.abc import Mapping
from urllib.parse import quote, urlencode, urlsplit

from allocopt.store.version import parse_id


def with_options(options: Mapping[str, str], changes: Mapping[str, str]) -> str:
    """The part of the address from `?` on, with `changes` over `options`; blank ones are left out."""
    return "?" + urlencode({k: v for k, v in {**options, **changes}.items() if v})


def inside(address: str) -> str:
    """The address when it is one of the room, else the room's first page."""
    is_path = address.startswith("/") and not address.startswith(("//", "/\\"))
    return address if is_path and address.isprintable() and not urlsplit(address).netloc else "/"


def version_address(version: str) -> str:
    """Where the screens of a version are, without a slash at the end."""
    scenario, number = parse_id(version) or (version, 0)
    return f"/plans/{quote(scenario, safe='')}/{number}"
