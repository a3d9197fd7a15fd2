"""Message catalogues: one YAML file per language in `templates/messages`.

A catalogue is a tree of texts; a key is the path to a text, joined by dots (`summary.title`). Placeholders
are named (`{amount}`) and are filled once: a value that looks like a placeholder stays as it is. The branch
`format` says how the language writes numbers, money and dates (see `formats.py`).
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property, lru_cache
from types import MappingProxyType
from typing import Any

import yaml

from allocopt.documents.language.text import nearest
from allocopt.errors import AllocoptError
from allocopt.resources import resource_folder


@dataclass(frozen=True)
class Messages:
    """The texts of one language by their dotted key; calling it fills one text."""

    language: str
    texts: Mapping[str, Any]

    def __call__(self, key: str, **values: object) -> str:
        """The text at `key` with its placeholders filled.

        Raises:
            KeyError: the catalogue has no such text, or the text wants a value that was not given.
        """
        return str(self.texts[key]).format_map(values)

    def count(self, key: str, number: int, **values: object) -> str:
        """The text at `key.one` or `key.other`, with `{n}` filled by the number."""
        return self(f"{key}.{'one' if number == 1 else 'other'}", n=f"{number:,}", **values)

    def get(self, key: str, default: str) -> str:
        """The text at `key` as it stands, or `default` for names that only a plan knows."""
        return str(self.texts.get(key, default))

    def branch(self, prefix: str) -> dict[str, Any]:
        """All entries below `prefix`, keyed by the rest of their path."""
        if prefix not in self._branches:
            start = f"{prefix}."
            self._branches[prefix] = {
                key[len(start) :]: text for key, text in self.texts.items() if key.startswith(start)
            }
        return dict(self._branches[prefix])

    @cached_property
    def _branches(self) -> dict[str, dict[str, Any]]:
        """Branches that were asked for: each page asks for the same few."""
        return {}


@lru_cache
def languages() -> tuple[str, ...]:
    """Languages that have a catalogue, in alphabetical order."""
    files = (resource_folder("templates") / "messages").iterdir()
    return tuple(sorted(file.name[:-5] for file in files if file.name.endswith(".yaml")))


@lru_cache
def load_messages(language: str) -> Messages:
    """The catalogue of one language, such as `en` or `zh-CN`.

    Raises:
        AllocoptError: there is no catalogue for the language; says which there are.
    """
    known = languages()
    if language not in known:
        raise AllocoptError(
            f"no document texts for language {language!r}; there are {', '.join(known)}"
            + nearest(language, known)
        )
    file = resource_folder("templates") / "messages" / f"{language}.yaml"
    return Messages(language, MappingProxyType(texts_in(file.read_text(encoding="utf-8"))))


def texts_in(catalogue: str) -> dict[str, Any]:
    """The texts of a catalogue, written in YAML, by their dotted path."""
    # As `yaml.safe_load`, which never takes the parser in C: that one needs a tenth of the time.
    loader = getattr(yaml, "CSafeLoader", yaml.SafeLoader)(catalogue)
    try:
        return flatten(loader.get_single_data())
    finally:
        loader.dispose()


def flatten(tree: Mapping[str, Any], prefix: str = "") -> dict[str, Any]:
    """Leaves of a tree of mappings by their dotted path; a list is a leaf."""
    leaves: dict[str, Any] = {}
    for key, value in tree.items():
        path = f"{prefix}{key}"
        if isinstance(value, Mapping):
            leaves |= flatten(value, f"{path}.")
        else:
            leaves[path] = value
    return leaves
