"""Inputs: the folder, file or workbook that a scenario is read from, with the bases under it."""

from __future__ import annotations

import datetime as dt
import os
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path

from allocopt.config import (
    Config,
    Layer,
    Setting,
    apply_settings,
    collect_settings,
    layers_under,
    read_layers,
)
from allocopt.config.layers import FILE_NAME
from allocopt.config.sections import TableEntry
from allocopt.errors import ConfigError, DataError, Finding, Severity
from allocopt.tables import (
    CONTRACT,
    Interpreted,
    RawTable,
    TableSource,
    find_sources,
    interpret,
    read_source,
    read_workbook,
)
from allocopt.tables.text import nearest
from allocopt.yaml_source import Place, YamlSource, read_yaml

YAML_FILES = (".yaml", ".yml")
WORKBOOKS = (".xlsx", ".xlsm")
# The user's own map of the territories, and how much of it is read [bytes].
GEOGRAPHY, MOST_GEOGRAPHY = "territories.geojson", 64_000_000


@dataclass(frozen=True)
class Inputs:
    """Where a scenario is read from: its layers, the farthest base first, and a workbook's sheets."""

    name: str
    layers: tuple[Layer, ...]
    book: Mapping[str, RawTable] = field(default_factory=dict)
    settings: tuple[Setting, ...] = ()
    findings: tuple[Finding, ...] = ()
    is_book: bool = False

    @property
    def folder(self) -> Path:
        """The scenario's own folder."""
        return self.layers[-1].folder


@dataclass(frozen=True)
class Parts:
    """Tables read one by one: `owners` tells which layer each table came from."""

    tables: Mapping[str, Interpreted]
    owners: Mapping[str, int]
    findings: tuple[Finding, ...]


def open_inputs(path: Path) -> Inputs:
    """What is at a path: a folder, a scenario.yaml or a workbook.

    Raises ConfigError, or DataError for a workbook that cannot be opened.
    """
    if path.is_dir():
        layers = read_layers(path)
        notices = () if layers[-1].source.sha256 else (_no_yaml(),)
        return Inputs(path.resolve().name, layers, findings=notices)
    if not path.is_file():
        raise ConfigError([Place(path.name).problem("there is no such folder or file")])
    if path.suffix.lower() in YAML_FILES:
        layers = layers_under(Layer(path.parent, read_yaml(path)))
        return Inputs(path.resolve().parent.name, layers)
    if path.suffix.lower() in WORKBOOKS:
        return _open_workbook(path)
    place = Place(path.name)
    raise ConfigError([place.problem("is no scenario", expected="a folder, .yaml or .xlsx")])


def read_parts(inputs: Inputs, config: Config, settings: Sequence[Setting]) -> Parts:
    """Each table from the last layer that has it."""
    sources: dict[str, TableSource] = {}
    owners: dict[str, int] = {}
    findings: list[Finding] = []
    top = len(inputs.layers) - 1
    set_here = {str(s.path[1]) for s in settings if s.path[0] == "tables" and len(s.path) > 1}
    for number, layer in enumerate(inputs.layers):
        entries = dict(layer.own_tables)
        if number == top:
            entries |= {name: config.tables[name] for name in set_here & set(config.tables)}
        found, said = _find(layer, entries, inputs, own=number == top)
        sources |= found
        owners |= dict.fromkeys(found, number)
        findings += said
    words = synonyms_of(config)
    raw, said = _read_all(sources, inputs, words)
    owners |= dict.fromkeys(inputs.book, top)
    tables = {name: interpret(table, sources.get(name), words) for name, table in raw.items()}
    lone = () if tables else _lone_workbook(inputs)
    return Parts(tables, owners, (*findings, *said, *lone))


def read_geography(inputs: Inputs) -> tuple[bytes, tuple[Finding, ...]]:
    """The map of the last layer that has one, as it stands; b"" where there is none or it is too large."""
    files = [layer.folder / GEOGRAPHY for layer in inputs.layers]
    there = [path for path in files if path.is_file()]
    if not there:
        return b"", ()
    if there[-1].stat().st_size > MOST_GEOGRAPHY:
        message = f"the map is larger than {MOST_GEOGRAPHY // 1_000_000} MB and is not used"
        mend = "simplify its outlines: a map on a page needs no more than 1 MB"
        finding = Finding(Severity.WARNING, message, file=GEOGRAPHY, mend=mend, code="large-map")
        return b"", (finding,)
    return there[-1].read_bytes(), ()


def synonyms_of(config: Config) -> dict[str, tuple[str, ...]]:
    """Further headers by `table.column`."""
    return {
        f"{table}.{column}": headers
        for table, columns in config.synonyms.items()
        for column, headers in columns.items()
    }


def check_table_names(config: Config, source: YamlSource) -> None:
    """Raises ConfigError for a table that the contract does not have."""
    findings = [
        source.keys.get((section, name), Place("scenario.yaml")).problem(
            f"there is no table {name!r}",
            nearest=nearest(name, list(CONTRACT)),
            code="unknown-table",
        )
        for section, names in (("tables", config.tables), ("synonyms", config.synonyms))
        for name in names
        if name not in CONTRACT
    ]
    if findings:
        raise ConfigError(findings)


def _lone_workbook(inputs: Inputs) -> tuple[Finding, ...]:
    """Of a folder without tables whose only content for us is a workbook: that is the scenario."""
    if inputs.is_book or inputs.layers[-1].source.sha256:
        return ()
    books = [path for path in inputs.folder.iterdir() if path.suffix.lower() in WORKBOOKS]
    books = [path for path in books if not path.name.startswith(("~$", "."))]
    if len(books) != 1:
        return ()
    message = "the folder has no tables; the scenario is the workbook in it"
    mend = f"run allocopt check {books[0]}"
    return (Place(inputs.folder.name).problem(message, mend=mend, code="lone-workbook"),)


def _open_workbook(path: Path) -> Inputs:
    tables, rows, findings = read_workbook(path)
    texts = [(f"{row.key}={_written(row.value)}", Place(row.file, row=row.row)) for row in rows]
    settings = collect_settings(texts)
    layers = layers_under(Layer(path.parent, apply_settings(YamlSource({}), settings)))
    # `scenario.xlsx` is named as scenario.yaml is: by its folder.
    name = path.resolve().parent.name if path.stem == Path(FILE_NAME).stem else path.stem
    return Inputs(name, layers, tables, settings, findings, is_book=True)


def _written(value: object) -> str:
    """A cell of the settings sheet as `--set` writes it."""
    if value is None:
        return ""
    if isinstance(value, bool):
        return str(value).lower()
    if isinstance(value, float) and value.is_integer():
        return str(int(value))
    return f"{value:%Y-%m-%d}" if isinstance(value, dt.datetime) else str(value)


def _find(
    layer: Layer, entries: Mapping[str, TableEntry], inputs: Inputs, *, own: bool
) -> tuple[dict[str, TableSource], Sequence[Finding]]:
    """Sources of one layer, with paths that start at the scenario's own folder."""
    given = {name: _source(entry) for name, entry in entries.items() if name in CONTRACT}
    if own and inputs.is_book:
        return given, ()
    found, findings = find_sources(layer.folder, given)
    if own:
        return found, findings
    away = Path(os.path.relpath(layer.folder, inputs.folder))
    moved = {
        name: replace(source, path=(away / source.path).as_posix()) if source.path else source
        for name, source in found.items()
    }
    return moved, findings


def _source(entry: TableEntry) -> TableSource:
    columns = tuple(entry.columns.items())
    return TableSource(entry.path, entry.sheet, entry.encoding, entry.url, entry.sql, columns)


def _read_all(
    sources: Mapping[str, TableSource], inputs: Inputs, words: Mapping[str, Sequence[str]]
) -> tuple[dict[str, RawTable], list[Finding]]:
    """The cells of every table; a sheet of the workbook wins over a file."""
    raw = dict(inputs.book)
    findings: list[Finding] = []
    for name, source in sources.items():
        if name in raw:
            continue
        try:
            raw[name] = read_source(name, source, inputs.folder, words)
        except DataError as error:
            findings += error.findings
    return raw, findings


def _no_yaml() -> Finding:
    message = "there is no scenario.yaml: every key has its default"
    return Finding(Severity.NOTICE, message, code="no-configuration")
