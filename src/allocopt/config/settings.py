"""Settings: single values that the command line or a settings sheet puts over scenario.yaml.

`quota.over_assignment=0.05`, `balance.0.tolerance=0.1`, `tables.reps."Li Lei".hours=0`. Steps of a
key are parted by dots; a step with a dot or an equals sign stands in quotes; a number is a place in
a list.
"""

from __future__ import annotations

import copy
import re
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from allocopt.config.sections import TableEntry
from allocopt.errors import ConfigError, Finding
from allocopt.yaml_source import MAX_DEPTH, KeyPath, Place, YamlSource, parse_value

_STEP = re.compile(r"""\s*(?:"([^"]*)"|'([^']*)'|([^."'=]+?))\s*(?=[.=]|$)""")


@dataclass(frozen=True)
class Setting:
    """One value to put at one path, and how it was given."""

    path: KeyPath
    value: Any
    place: Place

    @property
    def changes_table(self) -> bool:
        """Whether it changes cells of a table and not the configuration."""
        return self.path[0] == "override"


def parse_settings(texts: Sequence[str]) -> tuple[Setting, ...]:
    """The settings that `--set` options give, in order.

    Raises ConfigError with all that cannot be read.
    """
    settings = collect_settings([(text, Place(f"--set {text}")) for text in texts])
    if based := [setting for setting in settings if setting.path == ("scenario", "base")]:
        mend = "write `base` into the scenario.yaml of a child scenario"
        raise ConfigError(
            [s.place.problem("scenario.base cannot be set from outside", mend=mend) for s in based]
        )
    return settings


def collect_settings(given: Sequence[tuple[str, Place]]) -> tuple[Setting, ...]:
    """The settings that `key=value` texts give, each with its place.

    Raises ConfigError with all that cannot be read.
    """
    settings: list[Setting] = []
    findings: list[Finding] = []
    for text, place in given:
        try:
            settings.append(_parse(text, place))
        except ConfigError as error:
            findings.extend(error.findings)
    if findings:
        raise ConfigError(findings)
    return tuple(settings)


def apply_settings(source: YamlSource, settings: Sequence[Setting]) -> YamlSource:
    """A source in which the settings have replaced or added their values.

    Raises ConfigError for a place that a list does not have.
    """
    holder: dict[str, Any] = {"": copy.deepcopy(dict(source.data))}
    keys, values = dict(source.keys), dict(source.values)
    findings: list[Finding] = []
    for setting in settings:
        try:
            _assign(holder, ("", *setting.path), setting.value)
        except IndexError as error:
            findings.append(setting.place.problem(str(error), code="no-such-place"))
        for length in range(1, len(setting.path) + 1):
            keys.setdefault(setting.path[:length], setting.place)
        keys[setting.path] = values[setting.path] = setting.place
        _forget_below(setting.path, keys)
        _forget_below(setting.path, values)
    if findings:
        raise ConfigError(findings)
    return YamlSource(holder[""], keys, values, source.findings, source.sha256)


def _parse(text: str, place: Place) -> Setting:
    path: list[str | int] = []
    position = 0
    while match := _STEP.match(text, position):
        quoted = match[1] if match[1] is not None else match[2]
        bare = match[3]
        path.append(quoted if quoted is not None else int(bare) if bare.isdecimal() else bare)
        position = match.end() + 1
        if text[match.end() : position] != ".":
            break
    if not path or text[position - 1 : position] != "=":
        raise ConfigError(
            [place.problem("cannot be read", expected="key=value, such as solver.gap=0.01")]
        )
    if len(path) > MAX_DEPTH:
        raise ConfigError([place.problem(f"has a key of more than {MAX_DEPTH} steps")])
    return Setting(_towards_override(path), parse_value(text[position:], place), place)


def _towards_override(path: list[str | int]) -> KeyPath:
    """`tables.reps."Li Lei".hours` means a cell; `tables.reps.path` means the table's source."""
    is_cell = len(path) >= 3 and path[0] == "tables" and path[2] not in TableEntry.model_fields
    if (
        is_cell or path[0] == "override"
    ):  # keys of a table are text, even when they look like numbers
        return ("override", *map(str, path[1:]))
    return tuple(path)


def _assign(holder: Any, path: KeyPath, value: Any) -> None:
    step, rest = path[0], path[1:]
    if isinstance(holder, list):
        if not isinstance(step, int) or step > len(holder):
            raise IndexError(f"the list has {len(holder)} entries, counted from 0")
        if step == len(holder):
            holder.append({} if rest else value)
    else:
        step = str(step)
    if not rest:
        holder[step] = value
        return
    below = holder[int(step)] if isinstance(holder, list) else holder.get(step)
    if not isinstance(below, dict | list):
        below = holder[step] = [] if rest[0] == 0 else {}
    _assign(below, rest, value)


def _forget_below(path: KeyPath, places: dict[KeyPath, Place]) -> None:
    """Old places below a value that was replaced would point at text that no longer counts."""
    for old in [p for p in places if len(p) > len(path) and p[: len(path)] == path]:
        del places[old]
