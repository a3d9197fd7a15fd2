"""Layers: the scenario.yaml of a scenario, of its base, of the base's base, over each other."""

from __future__ import annotations

import os
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from allocopt.config.sections import TableEntry
from allocopt.config.validation import read_config
from allocopt.errors import ConfigError
from allocopt.yaml_source import KeyPath, Place, YamlSource, read_yaml

FILE_NAME = "scenario.yaml"
MAX_BASES = 10

# A child is not called as its parent is, and the parent's own base has been followed already.
_NOT_INHERITED = ("name", "base")


@dataclass(frozen=True)
class Layer:
    """One scenario.yaml and the folder of its tables."""

    folder: Path
    source: YamlSource

    @property
    def own_tables(self) -> Mapping[str, TableEntry]:
        """The layer's own section `tables`, validated.

        Raises ConfigError.
        """
        data = {"tables": self.source.data.get("tables")}
        return read_config(YamlSource(data, self.source.keys, self.source.values)).tables


def read_layers(folder: Path) -> tuple[Layer, ...]:
    """The layers of a scenario folder, the farthest base first.

    Raises ConfigError.
    """
    return layers_under(Layer(folder, _read_folder(folder, folder)))


def layers_under(top: Layer) -> tuple[Layer, ...]:
    """The given layer and its bases, the farthest base first.

    Raises ConfigError for a base that is missing or leads back to itself.
    """
    layers = [top]
    seen = {top.folder.resolve()}
    while base := _base_of(layers[-1].source.data):
        place = layers[-1].source.values.get(("scenario", "base"), Place(FILE_NAME))
        folder = layers[-1].folder / base
        if not folder.is_dir():
            raise ConfigError([place.problem("the base is not a folder", value=base)])
        if folder.resolve() in seen:
            raise ConfigError([place.problem("the base leads back to itself", value=base)])
        if len(layers) > MAX_BASES:
            raise ConfigError([place.problem(f"more than {MAX_BASES} bases", value=base)])
        seen.add(folder.resolve())
        layers.append(Layer(folder, _read_folder(folder, top.folder)))
    return tuple(reversed(layers))


def merge_layers(layers: tuple[Layer, ...]) -> YamlSource:
    """One source in which a later layer's values win; lists and table sources go whole."""
    merged = layers[0].source
    for layer in layers[1:]:
        merged = _merge(merged, layer.source)
    return merged


def _read_folder(folder: Path, top: Path) -> YamlSource:
    path = folder / FILE_NAME
    if not path.exists():
        return YamlSource({})
    return read_yaml(path, Path(os.path.relpath(path, top)).as_posix())


def _base_of(data: Mapping[str, Any]) -> str:
    section = data.get("scenario")
    base = section.get("base") if isinstance(section, dict) else None
    return base if isinstance(base, str) else ""


def _merge(parent: YamlSource, child: YamlSource) -> YamlSource:
    data = dict(parent.data)
    if isinstance(section := data.get("scenario"), dict):
        data["scenario"] = {k: v for k, v in section.items() if k not in _NOT_INHERITED}
    return YamlSource(
        _put_over(data, child.data, ()),
        {**parent.keys, **child.keys},
        {**parent.values, **child.values},
        (*parent.findings, *child.findings),
    )


def _put_over(parent: Any, child: Any, path: KeyPath) -> Any:
    whole = len(path) == 2 and path[0] == "tables"
    if whole or not isinstance(parent, dict) or not isinstance(child, Mapping):
        return child
    merged = dict(parent)
    for key, value in child.items():
        merged[key] = _put_over(parent.get(key), value, (*path, key))
    return merged
