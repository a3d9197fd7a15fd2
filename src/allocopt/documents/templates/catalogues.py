"""Catalogues: the texts of a company over ours, or those of a language that only the company has."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from functools import lru_cache
from itertools import groupby
from pathlib import Path
from string import Formatter
from types import MappingProxyType
from typing import Any

from allocopt.documents.language.messages import Messages, flatten, languages, load_messages
from allocopt.documents.language.text import nearest
from allocopt.documents.templates.folder import read_inside
from allocopt.errors import AllocoptError, ConfigError, Finding
from allocopt.yaml_source import KeyPath, Place, YamlSource, parse_yaml

# The language whose texts name all keys; its branch `finding` is empty, since findings are in English.
MODEL = "en"
# Branches that hold as many texts as a plan or a language needs.
OPEN = ("finding.", "format.currency.")
# `{amount}`, `{week:02d}`, `{name:.3}`: a name, and at most two figures of width.
_FORMAT = re.compile(r"[<>=^+-]?0?\d{0,2},?(\.\d{1,2})?[sdf%]?")


@dataclass(frozen=True)
class Catalogue:
    """One file `messages/LANGUAGE.yaml` of a company's folder."""

    language: str
    source: YamlSource
    file: str

    @property
    def texts(self) -> dict[str, Any]:
        """Its texts by dotted key, as far as allocopt knows the key."""
        return flatten(self.source.data)

    def problem(self, key: str, message: str) -> Finding:
        """Something wrong at a key, with its place in the file."""
        path: KeyPath = tuple(key.split("."))
        place = self.source.keys.get(path, Place(self.file, 1, 1))
        return place.problem(f"{key}: {message}")


def company_languages(folder: Path) -> tuple[str, ...]:
    """Languages of documents with a company's folder: ours and those that it adds."""
    own = (file.stem for file in (folder / "messages").glob("*.yaml"))
    return tuple(sorted({*languages(), *own}))


def company_messages(language: str, folder: Path) -> Messages:
    """The texts of a language: those of the company before ours.

    Raises:
        AllocoptError: there are no texts for the language.
        ConfigError: texts of the company cannot be used, or a language of its own lacks some.
    """
    catalogue = read_catalogue(language, folder)
    if catalogue is None:
        return _ours_or_refuse(language, folder)
    wrong = [*unusable(catalogue), *(missing(catalogue) if language not in languages() else ())]
    if wrong:
        raise ConfigError(wrong)
    base = load_messages(language).texts if language in languages() else {}
    return Messages(language, MappingProxyType({**base, **catalogue.texts}))


def _ours_or_refuse(language: str, folder: Path) -> Messages:
    known = company_languages(folder)
    if language not in known:
        raise AllocoptError(
            f"no document texts for language {language!r}; there are {', '.join(known)}"
            + nearest(language, known)
        )
    return load_messages(language)


def read_catalogue(language: str, folder: Path) -> Catalogue | None:
    """The company's texts of a language; None where its folder has none.

    Raises:
        AllocoptError: the file leads out of the folder, or is no YAML.
    """
    file = folder / "messages" / f"{language}.yaml"
    if "/" in language or "\\" in language or not file.exists():
        return None
    return _parsed(language, read_inside(folder, file), str(file))


@lru_cache(maxsize=16)
def _parsed(language: str, data: bytes, file: str) -> Catalogue:
    try:
        text = data.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        raise ConfigError([Place(file).problem(f"is not UTF-8 text: {error.reason}")]) from None
    return Catalogue(language, parse_yaml(text, file), file)


def unusable(catalogue: Catalogue) -> Iterator[Finding]:
    """Texts that cannot stand in a document: of another kind than ours, or with unknown placeholders."""
    yield from catalogue.source.findings
    for key, text in catalogue.texts.items():
        ours = [texts[key] for texts in _our_texts() if key in texts]
        if ours and not _alike(text, ours[0]):
            yield catalogue.problem(key, f"expected {_kind(ours[0])}, found {_kind(text)}")
        elif isinstance(text, str):
            yield from _placeholder_problems(catalogue, key, text, ours)


def unknown(catalogue: Catalogue) -> Iterator[Finding]:
    """Keys that no document uses."""
    known = {key for texts in _our_texts() for key in texts}
    for key in catalogue.texts:
        if key not in known and not key.startswith(OPEN):
            yield catalogue.problem(key, "no document has such a text" + nearest(key, known))


def missing(catalogue: Catalogue) -> Iterator[Finding]:
    """Texts that a language of the company's own lacks, one finding for each branch of the catalogue."""
    texts = catalogue.texts
    lacking = [
        key for key in load_messages(MODEL).texts if key not in texts and not key.startswith(OPEN)
    ]
    for branch, keys in groupby(lacking, key=lambda key: key.split(".")[0]):
        names = tuple(keys)
        shown = ", ".join(names[:6]) + (" …" if len(names) > 6 else "")
        message = f"{branch}: {len(names)} texts are missing: {shown}"
        yield Place(catalogue.file, 1, 1).problem(message, count=len(names), names=names)


def placeholders(text: str) -> Iterator[tuple[str, str]]:
    """Names in braces and how they are to be written; ValueError for braces that do not match."""
    for _, name, form, conversion in Formatter().parse(text):
        if name is not None:
            yield name, (form or "") + (f"!{conversion}" if conversion else "")


def _placeholder_problems(
    catalogue: Catalogue, key: str, text: str, ours: Iterable[Any]
) -> Iterator[Finding]:
    try:
        found = list(placeholders(text))
    except ValueError as error:
        yield catalogue.problem(key, f"braces that are no placeholder: {error}")
        return
    known = sorted({name for our in ours if isinstance(our, str) for name, _ in placeholders(our)})
    for name, form in found:
        if not name.isidentifier() or (ours and name not in known):
            there = f"there are {', '.join(known)}" if known else "there are none"
            yield catalogue.problem(
                key, f"no placeholder {{{name}}}; {there}{nearest(name, known)}"
            )
        elif not _FORMAT.fullmatch(form):
            yield catalogue.problem(key, f"{{{name}:{form}}} is no way to write a value")


def _our_texts() -> list[Mapping[str, Any]]:
    return [load_messages(language).texts for language in languages()]


def _alike(text: object, ours: object) -> bool:
    """Whether a value can stand for ours: the same kind, and lists of texts as long."""
    if isinstance(ours, list) and isinstance(text, list):
        scales = any(isinstance(item, list) for item in ours)
        return _are_scales(text) if scales else len(text) == len(ours) and _are_texts(text)
    return isinstance(text, str) and isinstance(ours, str)


def _are_texts(values: list[Any]) -> bool:
    return all(isinstance(value, str) for value in values)


def _are_scales(values: list[Any]) -> bool:
    return bool(values) and all(
        isinstance(pair, list)
        and len(pair) == 2
        and isinstance(pair[0], int | float)
        and pair[0] > 0
        and isinstance(pair[1], str)
        for pair in values
    )


def _kind(value: object) -> str:
    if isinstance(value, list):
        return f"a list of {len(value)}"
    return "a text" if isinstance(value, str) else f"{value!r}"
