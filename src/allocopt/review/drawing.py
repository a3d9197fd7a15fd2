"""Drawing: the pages of the room from their templates, which lie beside those of the documents."""

from __future__ import annotations

from functools import lru_cache
from importlib import resources
from typing import Any

import jinja2

from allocopt.documents.templates.engine import make_environment
from allocopt.documents.templates.folder import our_sources
from allocopt.review.assets import addresses


def draw(name: str, content: dict[str, Any]) -> str:
    """The text of a template of `pages/`, such as `screen.html.j2`; every value in it is escaped."""
    return _environment().get_template(name).render(content)


def read_templates() -> None:
    """Translate all templates of `pages/`, which the first pages would have to wait for."""
    for name in _own_sources():
        _environment().get_template(name)


@lru_cache
def _environment() -> jinja2.Environment:
    environment = make_environment({**our_sources(), **_own_sources()}.get)
    environment.globals["static"] = dict(addresses())
    return environment


def _own_sources() -> dict[str, str]:
    folder = resources.files("allocopt.review") / "pages"
    return {f"review/{file.name}": file.read_text(encoding="utf-8") for file in folder.iterdir()}
