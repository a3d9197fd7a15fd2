"""References: what a page would ask for or run, found in its markup and its style."""

from __future__ import annotations

import re
from html.parser import HTMLParser

# A link leads the reader on and asks for nothing by itself.
LINKS = {"a", "area"}
ADDRESSES = {
    *("src", "href", "xlink:href", "srcset", "action", "formaction", "data", "poster"),
    *("background", "cite", "manifest", "ping", "longdesc", "codebase", "archive"),
}
ACTIVE = {"script", "iframe", "frame", "object", "embed", "applet", "base", "form", "link"}
_STYLE_ADDRESS = re.compile(r"url\s*\(\s*[\"']?\s*([^\"')\s]*)|@import\s*([^;]*)", re.IGNORECASE)
_STYLE_FUNCTION = re.compile(r"(?:image-set|image|src)\s*\(\s*[\"']\s*([^\"')\s]*)", re.IGNORECASE)
_STYLE_ESCAPE = re.compile(r"\\([0-9a-fA-F]{1,6})\s?|\\(.)")
_STYLE_COMMENT = re.compile(r"/\*.*?\*/", re.DOTALL)


def outside_references(page: str) -> list[str]:
    """What a page would do beyond being shown, in the order in which it stands there; empty for ours.

    Each entry goes on from "a document would": `load https://…`, `run onclick`. Links that a reader may
    follow to a web page or an address of mail are no such thing.
    """
    reader = _Reader()
    reader.feed(page)
    reader.close()
    return reader.found


def style_references(style: str) -> list[str]:
    """Addresses that a style sheet would load; those that hold their data themselves are left out."""
    plain = _STYLE_ESCAPE.sub(_letter, _STYLE_COMMENT.sub(" ", style))
    found = [one[0] or one[1] for one in _STYLE_ADDRESS.findall(plain)]
    return [
        f"load {address.strip()[:120]}"
        for address in (*found, *_STYLE_FUNCTION.findall(plain))
        if not _inside(address)
    ]


def _letter(escape: re.Match[str]) -> str:
    code = int(escape[1], 16) if escape[1] else 0
    return chr(code) if 0 < code <= 0x10FFFF else escape[2] or ""


def _inside(address: str) -> bool:
    """Whether an address stays in the page: an anchor, or data that it holds itself."""
    plain = re.sub(r"[\x00-\x20]", "", address).lower()
    return not plain or plain.startswith(("#", "data:image/", "data:font/"))


class _Reader(HTMLParser):
    """Collects what the tags of a page ask for."""

    def __init__(self) -> None:
        super().__init__()
        self.found: list[str] = []
        self._in_style = False

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        """A tag and its attributes."""
        self._in_style = tag == "style"
        values = {name: value or "" for name, value in attrs}
        if tag in ACTIVE:
            self.found.append(f"use <{tag}>")
        if tag == "meta" and values.get("http-equiv", "").lower() == "refresh":
            self.found.append("go to another page")
        for name, value in values.items():
            self._attribute(tag, name, value)

    def handle_endtag(self, tag: str) -> None:
        """The end of a tag."""
        self._in_style = self._in_style and tag != "style"

    def handle_data(self, data: str) -> None:
        """Text; that of a style sheet is style."""
        if self._in_style:
            self.found += style_references(data)

    def _attribute(self, tag: str, name: str, value: str) -> None:
        if name.startswith("on"):
            self.found.append(f"run {name}")
        elif tag in LINKS and name == "href":
            if not (_inside(value) or value.lower().startswith(("https://", "http://", "mailto:"))):
                self.found.append(f"lead to {value[:120]}")
        elif name in ADDRESSES:
            if not _inside(value):
                self.found.append(f"load {value[:120]}")
        elif "(" in value:  # style, and the attributes of SVG that take an address, such as fill
            self.found += style_references(value)
