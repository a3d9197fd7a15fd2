"""From plain data to a Config, or to every problem in it: its place and the nearest known key."""

from __future__ import annotations

import difflib
import json
from collections.abc import Iterator, Mapping
from typing import Annotated, Any, TypeVar, Union, get_args, get_origin

from pydantic import BaseModel, ValidationError
from pydantic_core import ErrorDetails

from allocopt.config.model import Config
from allocopt.errors import ConfigError, Finding
from allocopt.yaml_source import KeyPath, Place, YamlSource, kind_of

# pydantic's error types, in the user's words.
_EXPECTED = {
    "bool_type": "true or false",
    "date_type": "a date such as 2026-01-01",
    "float_type": "a number",
    "int_type": "a whole number",
    "string_type": "text",
    "tuple_type": "a list",
    "mapping_type": "a mapping",
    "model_type": "a mapping of keys",
    "finite_number": "a finite number",
}
_BOUNDS = {
    "greater_than": ("more than", "gt"),
    "greater_than_equal": ("at least", "ge"),
    "less_than": ("less than", "lt"),
    "less_than_equal": ("at most", "le"),
}

# As in the tables: sums and products of larger numbers leave what a solver can hold.
LARGEST = 1e15

Settings = TypeVar("Settings", bound=BaseModel)


def read_config(source: YamlSource) -> Config:
    """The Config that a source's data means; a blank value is its default.

    Raises ConfigError with all problems of the source.
    """
    return read_settings(source, Config)


def read_settings(source: YamlSource, model: type[Settings]) -> Settings:
    """As `read_config`, for settings of any kind, such as those of another file than scenario.yaml.

    Raises ConfigError with all problems of the source.
    """
    try:
        config = model.model_validate(_without_blanks(source.data))
    except ValidationError as error:
        details = error.errors(include_url=False)
        problems = tuple(_as_finding(detail, source, model) for detail in details)
        raise ConfigError((*source.findings, *problems)) from None
    if findings := (*source.findings, *_too_large(source.data, (), source)):
        raise ConfigError(findings)
    return config


def known_keys(path: KeyPath, root: type[BaseModel] = Config) -> tuple[str, ...]:
    """The keys that may stand in the mapping at `path`; none where any key may."""
    annotation: Any = root
    for step in path:
        model = _model_in(annotation)
        if model is not None and step in model.model_fields:
            field = model.model_fields[str(step)]
            annotation = field.annotation
        else:
            annotation = _item_of(annotation)
    model = _model_in(annotation)
    return tuple(model.model_fields) if model is not None else ()


def place_of(source: YamlSource, path: KeyPath, *, key: bool = False) -> Place:
    """Where a path stands, or else the nearest thing that holds it."""
    if key and path in source.keys:
        return source.keys[path]
    for length in range(len(path), -1, -1):
        if place := source.values.get(path[:length]) or source.keys.get(path[:length]):
            return place
    return Place("scenario.yaml")


def _without_blanks(value: Any) -> Any:
    if isinstance(value, Mapping):
        return {k: _without_blanks(v) for k, v in value.items() if v is not None}
    if isinstance(value, list):
        return [_without_blanks(item) for item in value]
    return value


def _too_large(value: Any, path: KeyPath, source: YamlSource) -> Iterator[Finding]:
    """Numbers that no plan can hold; cells under `override` are judged with their tables."""
    if path == ("override",) or isinstance(value, bool):
        return
    if isinstance(value, Mapping):
        for key, item in value.items():
            yield from _too_large(item, (*path, key), source)
    elif isinstance(value, list):
        for place, item in enumerate(value):
            yield from _too_large(item, (*path, place), source)
    elif isinstance(value, int | float) and abs(value) > LARGEST:
        yield place_of(source, path).problem(
            f"{dotted(path)} is too large",
            value=_shown(value),
            expected=f"a number from {-LARGEST:g} to {LARGEST:g}",
            code="too-large",
        )


def _as_finding(detail: ErrorDetails, source: YamlSource, model: type[BaseModel]) -> Finding:
    path = tuple(detail["loc"])
    if detail["type"] == "extra_forbidden":
        return _unknown_key(path, source, model)
    place = place_of(source, path)
    if detail["type"] == "missing":
        return place.problem(f"the key {path[-1]!r} is missing", code="missing-key")
    message = f"{dotted(path)} is not valid" if path else "the configuration is not valid"
    expected = _expected(detail)
    if detail["type"] == "value_error" and not str(detail["ctx"]["error"]).startswith("expected "):
        message, expected = f"{message}: {expected}", ""
    value = detail["input"]
    shown = _shown(value) if not isinstance(value, Mapping | list | tuple) else ""
    if not shown and detail["type"] != "value_error":
        expected += f", found {kind_of(value)}"
    nearest = _nearest(str(value), _choices(detail)) if isinstance(value, str) else ""
    return place.problem(
        message, value=shown, expected=expected, nearest=nearest, code="invalid-value"
    )


def _unknown_key(path: KeyPath, source: YamlSource, model: type[BaseModel]) -> Finding:
    key, known = str(path[-1]), known_keys(path[:-1], model)
    elsewhere = [dotted(other) for other in _all_keys(model) if other[-1] == key]
    mend = f"it belongs to {' or '.join(elsewhere)}" if elsewhere else ""
    nearest = "" if elsewhere else _nearest(key, known)
    holder = f" in {dotted(path[:-1])}" if len(path) > 1 else ""
    return place_of(source, path, key=True).problem(
        f"unknown key {key!r}{holder}",
        expected="" if nearest or mend else f"one of {', '.join(known)}",
        nearest=nearest,
        mend=mend,
        code="unknown-key",
    )


def dotted(path: KeyPath) -> str:
    """A path as `--set` writes it."""
    return ".".join(_quoted(str(step)) for step in path)


def _quoted(step: str) -> str:
    plain = step and not set(step) & set(".=\"' ")
    return step if plain else json.dumps(step, ensure_ascii=False)


def _expected(detail: ErrorDetails) -> str:
    kind, context = detail["type"], detail.get("ctx", {})
    if kind in _BOUNDS:
        words, name = _BOUNDS[kind]
        return f"{words} {context[name]:g}"
    if kind == "literal_error":
        return "one of " + ", ".join(_choices(detail))
    if kind == "value_error":
        return str(context["error"]).removeprefix("expected ")
    return _EXPECTED.get(kind, detail["msg"])


def _choices(detail: ErrorDetails) -> tuple[str, ...]:
    expected = str(detail.get("ctx", {}).get("expected", ""))
    return tuple(expected.replace(" or ", ", ").replace("'", "").split(", "))


def _nearest(word: str, known: tuple[str, ...]) -> str:
    near = difflib.get_close_matches(word.lower(), known, n=1, cutoff=0.6)
    return near[0] if near else ""


def _shown(value: object) -> str:
    text = str(value).lower() if isinstance(value, bool) else str(value)
    return text if len(text) <= 60 else text[:59] + "…"


def _all_keys(model: type[BaseModel]) -> Iterator[KeyPath]:
    for section in model.model_fields:
        yield from ((section, key) for key in known_keys((section,), model))


def _parts(annotation: Any) -> Iterator[Any]:
    """The annotation and what its unions and `Annotated` wrap."""
    yield annotation
    origin = get_origin(annotation)
    if origin is Annotated:
        yield from _parts(get_args(annotation)[0])
    elif origin is Union or type(annotation).__name__ == "UnionType":
        for part in get_args(annotation):
            yield from _parts(part)


def _model_in(annotation: Any) -> type[BaseModel] | None:
    for part in _parts(annotation):
        if isinstance(part, type) and issubclass(part, BaseModel):
            return part
    return None


def _item_of(annotation: Any) -> Any:
    """What a list or mapping holds; None when it holds nothing typed."""
    for part in _parts(annotation):
        if arguments := get_args(part):
            if get_origin(part) is tuple:
                return arguments[0]
            if isinstance(get_origin(part), type) and issubclass(get_origin(part), Mapping):
                return arguments[1]
    return None
