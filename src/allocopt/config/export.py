"""The configuration for others: a JSON Schema for editors, and the text of a scenario.yaml."""

from __future__ import annotations

from typing import Any

import yaml

from allocopt.config.model import Config


def schema() -> dict[str, Any]:
    """The JSON Schema of scenario.yaml, for editors; every key may also be blank."""
    document = Config.model_json_schema()
    for definition in (document, *document.get("$defs", {}).values()):
        definition.get("properties", {}).update(
            {k: _or_blank(v) for k, v in definition.get("properties", {}).items()}
        )
    return {"$schema": "https://json-schema.org/draft/2020-12/schema", **document}


def dump(config: Config) -> str:
    """The values that were given, as the text of a scenario.yaml; defaults stay defaults."""
    data = config.model_dump(mode="json", exclude_unset=True)
    return yaml.safe_dump(data, allow_unicode=True, sort_keys=False) if data else ""


_SPOKEN: tuple[str, ...] = ("title", "description", "default")


def _or_blank(keyword: dict[str, Any]) -> dict[str, Any]:
    spoken: dict[str, Any] = {k: keyword[k] for k in _SPOKEN if k in keyword}
    rest = {k: v for k, v in keyword.items() if k not in spoken}
    options = rest.pop("anyOf", None) or [rest]
    null = {"type": "null"}
    return {**spoken, "anyOf": [*options, *([] if null in options else [null])]}
