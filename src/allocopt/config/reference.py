"""The reference page of scenario.yaml, made from the models' own descriptions."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Annotated, Any, Literal, get_args, get_origin

from pydantic import BaseModel
from pydantic.fields import FieldInfo

from allocopt.config.model import Config

# How a type is called on the reference page.
_WORDS = {
    "str": "text",
    "bool": "true, false",
    "int": "whole number",
    "float": "number",
    "date": "date",
    "Any": "anything",
    "Scope": "scope",
}

_OPENING = """# Configuration

`scenario.yaml` holds everything about a scenario that is not a table. Every key has a default, so
an empty file is a valid one; a key with no value means its default, which is how a child scenario
takes back what its base has set. Unknown keys are errors with their line and the nearest known key.
Only `true` and `false` are booleans; dates are written `2026-01-01`, `2026-01`, `2026Q1` or
`2026-W07`; a scope is `company` or a kind and a name, such as `territory=East`. Units stand in
brackets.

A **child scenario** names its parent folder in `scenario.base`. Its keys win over the parent's,
lists are replaced whole, and a table in its folder replaces the parent's. `override` changes single
cells:

    override:
      reps:
        Li Lei: {hours: 0}            # changes a cell
        Wang Fang: remove             # takes the row out
        add: [{rep: Zhao Min, hours: 120, status: open}]
      pairs:
        u1;r1: {value: 12}            # a key of two columns

On the command line `--set KEY=VALUE` does the same:

    --set quota.over_assignment=0.05
    --set balance.0.tolerance=0.1
    --set 'tables.reps."Li Lei".hours=0'
    --set 'tables.reps."Wang Fang"=remove'

This page is made from the code (`allocopt.config.reference`), and a test keeps it so.
"""


def reference() -> str:
    """docs/configuration.md: each section, each key with its default, unit and meaning."""
    parts = [_OPENING]
    for name, field in Config.model_fields.items():
        parts.append(f"## {name}\n\n{field.description}\n")
        parts.extend(_tables(name, field.annotation))
    return "\n".join(parts)


def _tables(name: str, annotation: Any) -> Iterator[str]:
    """One table of keys for each model that the section holds, the section's own first."""
    for path, model in _models(name, annotation):
        heading = f"Keys of `{path}`:\n\n" if path != name else ""
        rows = [_row(key, field) for key, field in model.model_fields.items()]
        lines = ["| key | kind | default | meaning |", "|---|---|---|---|", *rows]
        yield heading + "\n".join(lines) + "\n"


def _models(path: str, annotation: Any) -> Iterator[tuple[str, type[BaseModel]]]:
    if isinstance(annotation, type) and issubclass(annotation, BaseModel):
        yield path, annotation
        for key, field in annotation.model_fields.items():
            yield from _models(f"{path}.{key}", field.annotation)
    elif get_origin(annotation) is not Literal:
        for part in get_args(annotation):
            is_mapping = get_origin(annotation) is not None and part is get_args(annotation)[-1]
            suffix = ".*" if is_mapping and "Mapping" in str(get_origin(annotation)) else ""
            yield from _models(path + suffix, part)


def _row(key: str, field: FieldInfo) -> str:
    meaning = (field.description or "").replace("|", "\\|")
    return f"| `{key}` | {_kind(field)} | {_default(field)} | {meaning} |"


def _kind(field: FieldInfo) -> str:
    bounds = [text for meta in field.metadata for text in _bounds(meta)]
    return ", ".join([_words(field.annotation), *bounds]).replace("|", "\\|")


def _bounds(meta: object) -> list[str]:
    signs = {"gt": "&gt;", "ge": "≥", "lt": "&lt;", "le": "≤"}
    return [
        f"{sign} {getattr(meta, name):g}" for name, sign in signs.items() if hasattr(meta, name)
    ]


def _words(annotation: Any) -> str:
    """A type in the user's words."""
    origin, arguments = get_origin(annotation), get_args(annotation)
    if origin is not None:
        return _words_of_generic(origin, arguments)
    if isinstance(annotation, type) and issubclass(annotation, BaseModel):
        return "mapping"
    return _WORDS.get(getattr(annotation, "__name__", ""), "value")


def _words_of_generic(origin: Any, arguments: tuple[Any, ...]) -> str:
    if origin is Annotated:
        bounds = [text for meta in arguments[1:] for text in _bounds_of(meta)]
        return ", ".join([_words(arguments[0]), *bounds])
    if origin is Literal:
        return ", ".join(f"`{choice}`" for choice in arguments)
    if origin is tuple:
        inner = _words(arguments[0])
        return f"list of {inner}" if arguments[-1] is Ellipsis else f"[{inner}, {inner}]"
    if isinstance(origin, type) and issubclass(origin, Mapping):
        return f"mapping to {_words(arguments[1])}"
    return " or ".join(_words(part) for part in arguments if part is not type(None))


def _bounds_of(meta: object) -> list[str]:
    inner = getattr(meta, "metadata", None)
    return [text for part in inner or [meta] for text in _bounds(part)]


def _default(field: FieldInfo) -> str:
    if field.is_required():
        return "required"
    default = field.get_default(call_default_factory=True)
    if default is None or default in ("", (), {}):
        return ""
    if isinstance(default, BaseModel):
        return "see below"
    if isinstance(default, bool):
        return f"`{str(default).lower()}`"
    if isinstance(default, tuple):
        return f"`{[list(p) if isinstance(p, tuple) else p for p in default]}`"
    return f"`{default:g}`" if isinstance(default, float) else f"`{default}`"
