"""Scenario: tables and configuration, read and checked as one; immutable from here on."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from functools import cached_property
from pathlib import Path
from types import MappingProxyType

import pandas as pd

from allocopt.calendar import Calendar
from allocopt.checks import Subject, check_business
from allocopt.config import (
    Config,
    Layer,
    Setting,
    apply_settings,
    dump,
    merge_layers,
    parse_settings,
    read_config,
)
from allocopt.config.layers import FILE_NAME
from allocopt.errors import ConfigError, DataError, Finding, InputError, Severity, problems
from allocopt.horizon import choose_calendar
from allocopt.inputs import check_table_names, open_inputs, read_geography, read_parts
from allocopt.longer_plan import bound_by_longer_plan
from allocopt.overrides import apply_overrides
from allocopt.tables import CONTRACT, assemble, empty_table, look_up
from allocopt.territory_tree import TerritoryTree
from allocopt.yaml_source import YamlSource

# The name of the hash of what `--set` gave.
SETTINGS = "settings"


@dataclass(frozen=True)
class Scenario:
    """A folder of tables and its configuration.

    `tables` has canonical frames by table name; `findings` everything that reading had to say short of
    a problem; `hashes` the sha256 of each table's source and of the configuration; `files` the source
    of each table as messages show it. `of_tables` are the findings that are about single tables.
    `geography` is territories.geojson as it stands, b"" where there is none; only documents read it.
    """

    name: str
    folder: Path
    config: Config
    tables: Mapping[str, pd.DataFrame]
    findings: tuple[Finding, ...] = ()
    hashes: Mapping[str, str] = field(default_factory=dict)
    files: Mapping[str, str] = field(default_factory=dict)
    of_tables: tuple[Finding, ...] = ()
    geography: bytes = b""

    def table(self, name: str) -> pd.DataFrame:
        """A canonical frame; one without rows when the scenario does not have the table."""
        frame = self.tables.get(name)
        return empty_table(name) if frame is None else frame

    def look_up(self, name: str, column: str, keys: pd.Series[str]) -> pd.Series[float]:
        """The number that another table has for each key; NaN where it has none, index as `keys`."""
        return look_up(self.table(name), CONTRACT[name].key[0], column, keys)

    def need(self, *names: str) -> None:
        """Raises DataError when one of the tables is missing or empty."""
        missing = [name for name in names if self.table(name).empty]
        if missing:
            raise DataError([_missing(name, self.files.get(name, "")) for name in missing])

    @cached_property
    def calendar(self) -> Calendar:
        """The planned periods."""
        return choose_calendar(self.config, self.tables)[0]

    @cached_property
    def territory_tree(self) -> TerritoryTree:
        """The tree of territories, with those that only units, history or demand name."""
        named = [self.table(name)["territory"] for name in ("units", "history", "demand")]
        return TerritoryTree.of_tables(self.table("territories"), *named)

    @property
    def assumptions(self) -> tuple[str, ...]:
        """Sentences about defaults that drive money or people."""
        kind = Severity.ASSUMPTION
        return tuple(finding.sentence() for finding in self.findings if finding.severity is kind)

    def __getstate__(self) -> dict[str, object]:
        """What another process is sent: read-only views of mappings cannot be."""
        return {
            name: dict(value) if isinstance(value, MappingProxyType) else value
            for name, value in self.__dict__.items()
        }


@dataclass(frozen=True)
class Check:
    """What reading a scenario found; there is a scenario when nothing must be mended first."""

    scenario: Scenario | None
    findings: tuple[Finding, ...]


def load_scenario(path: str | Path, settings: Sequence[str] = ()) -> Scenario:
    """The scenario of a folder, a scenario.yaml or a workbook, with `key=value` settings over it.

    Raises ConfigError or DataError with all problems.
    """
    scenario = _read(Path(path), settings)
    if problems(scenario.findings):
        raise DataError(problems(scenario.findings))
    return scenario


def check_scenario(path: str | Path, settings: Sequence[str] = ()) -> Check:
    """Everything that is wrong, doubtful or assumed in a scenario; never raises for a user's mistake."""
    try:
        scenario = _read(Path(path), settings)
    except InputError as error:
        return Check(None, error.findings)
    usable = not problems(scenario.findings)
    return Check(scenario if usable else None, scenario.findings)


def check_tables(path: str | Path, settings: Sequence[str] = ()) -> Check:
    """The same for single tables and what they name in others; the scenario as a whole is not judged."""
    try:
        scenario = _read(Path(path), settings)
    except InputError as error:
        return Check(None, error.findings)
    usable = not problems(scenario.of_tables)
    return Check(scenario if usable else None, scenario.of_tables)


def change_scenario(scenario: Scenario, settings: Sequence[Setting]) -> Scenario:
    """The scenario with settings over its configuration and over the cells of its tables.

    Nothing is read again. Raises ConfigError for a setting that means another source of data, ConfigError
    or DataError with all problems that the changes make.
    """
    _refuse_sources(settings)
    given = YamlSource(scenario.config.model_dump(mode="json", exclude_unset=True))
    source = apply_settings(given, [s for s in settings if not s.changes_table])
    cells = apply_settings(YamlSource({}), [s for s in settings if s.changes_table])
    tables, said = apply_overrides(scenario.tables, cells)
    findings = (*_still_true(scenario.of_tables, tables), *said)
    changed = replace(
        scenario,
        config=read_config(source),
        tables=MappingProxyType(tables),
        findings=findings,
        hashes={**scenario.hashes, **_settings_hash(settings, scenario.hashes.get(SETTINGS, ""))},
        of_tables=findings,
    )
    changed = replace(changed, findings=(*findings, *_findings(changed, source)))
    if problems(changed.findings):
        raise DataError(problems(changed.findings))
    return changed


def _refuse_sources(settings: Sequence[Setting]) -> None:
    """Raises ConfigError for settings that only reading a scenario can follow."""
    mend = "change cells, or name a scenario that has the other data"
    findings = [
        setting.place.problem(f"{setting.path[0]} says where data is read from", mend=mend)
        for setting in settings
        if setting.path[0] in ("tables", "synonyms") or setting.path == ("scenario", "base")
    ]
    if findings:
        raise ConfigError(findings)


def config_text(scenario: Scenario) -> str:
    """A scenario.yaml that stands alone beside the tables as they were read.

    Base, table sources and overrides have done their work and are left out; name and start are fixed.
    """
    config = scenario.config
    start = scenario.calendar.plan_start.date()
    return dump(
        config.model_copy(
            update={
                "scenario": config.scenario.model_copy(update={"name": scenario.name, "base": ""}),
                "calendar": config.calendar.model_copy(update={"plan_start": start}),
                "tables": {},
                "synonyms": {},
                "override": {},
            }
        )
    )


def _read(path: Path, texts: Sequence[str]) -> Scenario:
    """The scenario with all findings, problems among them.

    Raises ConfigError, or DataError for a workbook that cannot be opened.
    """
    inputs = open_inputs(path)
    settings = (*inputs.settings, *parse_settings(texts))
    merged = apply_settings(merge_layers(inputs.layers), settings)
    config = read_config(merged)
    check_table_names(config, merged)
    parts = read_parts(inputs, config, settings)
    reading = assemble(parts.tables.values(), (*inputs.findings, *parts.findings))
    tables, changes = _override(reading.tables, inputs.layers, parts.owners, settings)
    calendar = choose_calendar(config, tables)[0]
    bounded = bound_by_longer_plan(config, tables, calendar, merged, inputs.folder)
    geography, large = read_geography(inputs)
    findings = (*_still_true(reading.findings, tables), *changes, *bounded.findings, *large)
    scenario = Scenario(
        name=config.scenario.name or inputs.name,
        folder=inputs.folder,
        config=bounded.config,
        tables=MappingProxyType(dict(bounded.tables)),
        findings=findings,
        hashes={**reading.hashes, **_hashes(inputs.layers, settings), **bounded.hashes},
        files=reading.files,
        of_tables=findings,
        geography=geography,
    )
    return replace(scenario, findings=(*findings, *_findings(scenario, merged)))


def _override(
    tables: Mapping[str, pd.DataFrame],
    layers: Sequence[Layer],
    owners: Mapping[str, int],
    settings: Sequence[Setting],
) -> tuple[dict[str, pd.DataFrame], list[Finding]]:
    """The tables after the overrides of each layer, the farthest base first, then of the settings.

    A base's override does not reach a table that a later layer has replaced.
    """
    changed = dict(tables)
    findings: list[Finding] = []
    cells = apply_settings(YamlSource({}), [s for s in settings if s.changes_table])
    for number, source in enumerate([*(layer.source for layer in layers), cells]):
        replaced = {name for name, owner in owners.items() if owner > number}
        changed, said = apply_overrides(changed, source, replaced)
        findings += said
    return changed, findings


def _still_true(
    findings: Sequence[Finding], tables: Mapping[str, pd.DataFrame]
) -> tuple[Finding, ...]:
    """Without the names that were unknown until an override added their row."""
    each = tuple(dict.fromkeys(findings))
    if all(finding.code != "unknown-reference" for finding in each):
        return each
    names = {
        name
        for table, frame in tables.items()
        if len(CONTRACT[table].key) == 1
        for name in frame[CONTRACT[table].key[0]].dropna().astype("str")
    }
    return tuple(
        finding
        for finding in each
        if finding.code != "unknown-reference" or finding.value not in names
    )


def _findings(scenario: Scenario, source: YamlSource) -> tuple[Finding, ...]:
    """What is to be said about the scenario as a whole.

    Business checks wait until the tables are sound: a name that is misspelt once would otherwise be
    reported again for everything that depends on it.
    """
    calendar = choose_calendar(scenario.config, scenario.tables)[1]
    if problems(scenario.findings):
        return calendar
    subject = Subject(
        scenario.config,
        scenario.tables,
        scenario.territory_tree,
        scenario.calendar,
        scenario.files,
        source,
    )
    return (*calendar, *check_business(subject))


def _hashes(layers: Sequence[Layer], settings: Sequence[Setting]) -> dict[str, str]:
    """sha256 of each scenario.yaml by its distance to the top, and of the settings."""
    hashes = {
        FILE_NAME if not distance else f"base {distance}": layer.source.sha256
        for distance, layer in enumerate(reversed(layers))
        if layer.source.sha256
    }
    return {**hashes, **_settings_hash(settings)}


def _settings_hash(settings: Sequence[Setting], before: str = "") -> dict[str, str]:
    """sha256 of settings that stand over those which `before` is the hash of."""
    if not settings:
        return {}
    texts = [json.dumps([s.path, s.value], ensure_ascii=False) for s in settings]
    lines = "\n".join([before, *texts] if before else texts)
    return {SETTINGS: hashlib.sha256(lines.encode()).hexdigest()}


def _missing(name: str, file: str) -> Finding:
    message = f"the table {name} has no rows" if file else f"there is no table {name}"
    mend = f"fill in {file}" if file else f"add {name}.csv, or name its source under `tables`"
    return Finding(Severity.PROBLEM, message, file=file, mend=mend, code="missing-table")
