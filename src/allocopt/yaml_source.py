"""YAML text as plain data, with the place of every key and value, and none of YAML's surprises.

Only `true` and `false` are booleans (`yes`, `no`, `on`, `off` are text), only decimal numbers are
numbers (`010`, `1:30`, `1_000` are text), dates stay text, keys are text as written, no tag makes
an object. A size, depth, alias and value cap keeps a hostile file from costing more than it weighs.
"""

from __future__ import annotations

import hashlib
import math
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

import yaml
from yaml.composer import Composer
from yaml.parser import Parser
from yaml.reader import Reader, ReaderError
from yaml.resolver import BaseResolver
from yaml.scanner import Scanner

from allocopt.errors import ConfigError, Finding, Severity

MAX_BYTES = 2**20
MAX_DEPTH = 50
MAX_ALIASES = 100
MAX_VALUES = 100_000

KeyPath = tuple[str | int, ...]

_INTEGER = re.compile(r"[-+]?(0|[1-9][0-9]{0,299})")
_NUMBER = re.compile(r"[-+]?([0-9]+(\.[0-9]*)?|\.[0-9]+)([eE][-+]?[0-9]+)?")
_LEADING_ZERO = re.compile(r"[-+]?0[0-9]")
_TAG = "tag:yaml.org,2002:"
_UNQUOTED = f"{_TAG}unquoted"
_SCALAR_TAGS = {f"{_TAG}{name}" for name in ("str", "int", "float", "bool", "null", "unquoted")}
_COLLECTION_TAGS = {f"{_TAG}map", f"{_TAG}seq"}


@dataclass(frozen=True, slots=True)
class Place:
    """Where a key or a value stands: a line of a file, a row of a settings sheet, or an option."""

    file: str
    line: int | None = None
    position: int | None = None
    row: int | None = None

    def problem(self, message: str, **details: Any) -> Finding:
        """A problem at this place; `details` are further fields of `Finding`."""
        return Finding(
            Severity.PROBLEM,
            message,
            file=self.file,
            row=self.row,
            line=self.line,
            position=self.position,
            **details,
        )


@dataclass(frozen=True)
class YamlSource:
    """A mapping of plain data and the place of each of its keys and values.

    `keys` and `values` go from a path such as `("balance", 0, "tolerance")` to a place. `findings`
    are the problems that did not stop the reading, such as a duplicate key.
    """

    data: Mapping[str, Any]
    keys: Mapping[KeyPath, Place] = field(default_factory=dict)
    values: Mapping[KeyPath, Place] = field(default_factory=dict)
    findings: tuple[Finding, ...] = ()
    sha256: str = ""


def read_yaml(path: Path, shown: str = "") -> YamlSource:
    """The data of one YAML file; `shown` is its name in messages.

    Raises ConfigError when the file cannot be read as a mapping at all.
    """
    place = Place(shown or path.name)
    if path.exists() and not path.is_file():  # a pipe would be waited for without end
        raise ConfigError([place.problem("is not a file")])
    try:
        with path.open("rb") as file:
            content = file.read(MAX_BYTES + 1)
    except OSError as error:
        raise ConfigError([place.problem(f"cannot be read: {error.strerror}")]) from None
    if len(content) > MAX_BYTES:
        raise ConfigError([place.problem("is larger than 1 MiB", code="too-large")])
    source = parse_yaml(_decode(content, place), place.file)
    return replace(source, sha256=hashlib.sha256(content).hexdigest())


def parse_yaml(text: str, file: str) -> YamlSource:
    """The data of a YAML text whose top is a mapping; an empty text is an empty mapping.

    Raises ConfigError with file:line:column.
    """
    node = _compose(text, file)
    reading = _Reading(file)
    data = reading.value(node, (), 0) if node is not None else None
    if data is not None and not isinstance(data, dict):
        message = f"the file holds {kind_of(data)} at the top"
        raise ConfigError(
            [Place(file, 1, 1).problem(message, expected="sections, such as `solver:`")]
        )
    return YamlSource(data or {}, reading.keys, reading.values, tuple(reading.findings))


def parse_value(text: str, place: Place) -> Any:
    """The value of a setting: a list, mapping or quoted text in YAML, else one plain scalar.

    Raises ConfigError.
    """
    if not text.lstrip().startswith(("[", "{", '"', "'")):
        return plain_scalar(text.strip())
    try:
        source = parse_yaml(f"value: {text.strip()}", place.file)
    except ConfigError as error:
        raise ConfigError(
            [place.problem(f"cannot be read: {error.findings[0].message}", value=text)]
        ) from None
    if source.findings or set(source.data) != {"value"}:
        message = source.findings[0].message if source.findings else "cannot be read"
        raise ConfigError([place.problem(message, value=text)])
    return source.data["value"]


def plain_scalar(text: str) -> Any:
    """What an unquoted scalar means: null, true, false, a decimal number, or the text itself."""
    if text in ("", "~", "null"):
        return None
    if text in ("true", "false"):
        return text == "true"
    if _INTEGER.fullmatch(text):
        return int(text)
    if _NUMBER.fullmatch(text) and not _LEADING_ZERO.match(text):
        number = float(text)
        return number if math.isfinite(number) else text
    return text


def kind_of(value: object) -> str:
    """The kind of a value in the user's words."""
    match value:
        case None:
            return "nothing"
        case bool():
            return "true or false"
        case int() | float():
            return "a number"
        case str():
            return "text"
        case list() | tuple():
            return "a list"
    return "a mapping"


def _decode(content: bytes, place: Place) -> str:
    try:
        return content.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        before = content[: error.start]
        line = before.count(b"\n") + 1
        position = len(before.rpartition(b"\n")[2].decode("utf-8", "replace")) + 1
        bad = Place(place.file, line, position)
    raise ConfigError(
        [bad.problem("the file is not UTF-8", mend="save it as UTF-8", code="encoding")]
    )


def _compose(text: str, file: str) -> yaml.Node | None:
    try:
        loader = _Loader(text, file)
        return loader.get_single_node()
    except yaml.MarkedYAMLError as error:
        mark = error.problem_mark or error.context_mark
        place = Place(file, mark.line + 1, mark.column + 1) if mark else Place(file)
        message = error.problem or "cannot be read as YAML"
    except ReaderError as error:
        before = text[: error.position]
        place = Place(file, before.count("\n") + 1, len(before.rpartition("\n")[2]) + 1)
        message = f"the character U+{ord(text[error.position]):04X} is not allowed"
    except ValueError:  # PyYAML's scanner on a directive or escape that is out of range
        place, message = Place(file), "cannot be read as YAML"
    mend = "indent with spaces" if r"'\t'" in message else ""
    raise ConfigError([place.problem(message, mend=mend, code="yaml-syntax")])


class _Loader(Reader, Scanner, Parser, Composer, BaseResolver):
    """PyYAML up to the node graph, with caps on depth and aliases."""

    def __init__(self, text: str, file: str) -> None:
        Reader.__init__(self, text)
        Scanner.__init__(self)
        Parser.__init__(self)
        Composer.__init__(self)
        BaseResolver.__init__(self)
        self.file, self.nesting, self.aliases = file, 0, 0

    def resolve(self, kind: type[yaml.Node], value: Any, implicit: Any) -> str:
        """Marks an unquoted scalar without a tag: only such text may mean a number or true."""
        if kind is yaml.ScalarNode and implicit[0]:
            return _UNQUOTED
        return str(super().resolve(kind, value, implicit))  # type: ignore[no-untyped-call]

    def compose_node(self, parent: yaml.Node | None, index: int) -> yaml.Node | None:
        event = self.peek_event()  # type: ignore[no-untyped-call]
        place = Place(self.file, event.start_mark.line + 1, event.start_mark.column + 1)
        self.aliases += isinstance(event, yaml.AliasEvent)
        if self.aliases > MAX_ALIASES:
            raise ConfigError([place.problem(f"more than {MAX_ALIASES} aliases")])
        if self.nesting > MAX_DEPTH:
            raise ConfigError([place.problem(f"nested deeper than {MAX_DEPTH} levels")])
        self.nesting += 1
        node = super().compose_node(parent, index)
        self.nesting -= 1
        return node


class _Reading:
    """Turns the node graph into plain data and notes where everything stands."""

    def __init__(self, file: str) -> None:
        self.file = file
        self.keys: dict[KeyPath, Place] = {}
        self.values: dict[KeyPath, Place] = {}
        self.findings: list[Finding] = []
        self.count = 0

    def value(self, node: yaml.Node, path: KeyPath, depth: int) -> Any:
        place = self._place(node)
        self.count += 1
        if depth > MAX_DEPTH:
            message = f"nested deeper than {MAX_DEPTH} levels, or an alias that contains itself"
            raise ConfigError([place.problem(message)])
        if self.count > MAX_VALUES:
            raise ConfigError([place.problem(f"more than {MAX_VALUES:,} values")])
        self.values[path] = place
        if node.tag not in _SCALAR_TAGS | _COLLECTION_TAGS:
            self.findings.append(place.problem("tags are not supported", value=node.tag))
        if isinstance(node, yaml.MappingNode):
            return self._mapping(node, path, depth)
        if isinstance(node, yaml.SequenceNode):
            return [self.value(item, (*path, k), depth + 1) for k, item in enumerate(node.value)]
        return self._scalar(node)

    def _mapping(self, node: yaml.MappingNode, path: KeyPath, depth: int) -> dict[str, Any]:
        data: dict[str, Any] = {}
        for key, value in self._pairs(node, depth):
            data[key.value] = self.value(value, (*path, key.value), depth + 1)
            self.keys[(*path, key.value)] = self._place(key)
        return data

    def _pairs(
        self, node: yaml.MappingNode, depth: int
    ) -> Iterator[tuple[yaml.ScalarNode, yaml.Node]]:
        """Merged pairs first, so that the mapping's own win; a key must be unique."""
        if depth > MAX_DEPTH:
            raise ConfigError([self._place(node).problem("a merge key that contains itself")])
        seen: dict[str, Place] = {}
        own: list[tuple[yaml.ScalarNode, yaml.Node]] = []
        for key, value in node.value:
            place = self._place(key)
            if not isinstance(key, yaml.ScalarNode):
                self.findings.append(place.problem("a list or mapping cannot be a key"))
            elif key.value == "<<" and key.tag == _UNQUOTED:
                yield from self._merged(value, depth)
            elif key.value in seen:
                first = seen[key.value].line
                message = f"the key {key.value!r} stands twice; first in line {first}"
                self.findings.append(place.problem(message, code="duplicate-key"))
            else:
                seen[key.value] = place
                own.append((key, value))
        yield from own

    def _merged(self, value: yaml.Node, depth: int) -> Iterator[tuple[yaml.ScalarNode, yaml.Node]]:
        bases = value.value if isinstance(value, yaml.SequenceNode) else [value]
        for base in reversed(bases):
            if isinstance(base, yaml.MappingNode):
                yield from self._pairs(base, depth + 1)
            else:
                self.findings.append(self._place(base).problem("`<<` merges mappings only"))

    def _scalar(self, node: yaml.Node) -> Any:
        text_tag = f"{_TAG}str"
        return node.value if node.tag == text_tag else plain_scalar(node.value)

    def _place(self, node: yaml.Node) -> Place:
        return Place(self.file, node.start_mark.line + 1, node.start_mark.column + 1)
