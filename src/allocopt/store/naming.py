"""Naming: a plan under another scenario's name, with nothing else changed."""

from __future__ import annotations

import json

import yaml

from allocopt.plan import SUMMARY, named_id
from allocopt.store.approval import SETTINGS
from allocopt.store.content import Content


def named(content: Content, scenario: str) -> Content:
    """The content as that of a plan of another scenario: summary, id and settings say so."""
    if scenario == content.scenario:
        return content
    own = {**content.summary["scenario"], "name": scenario}
    digest = content.plan.rpartition("-")[2]
    summary = {**content.summary, "scenario": own, "id": named_id(scenario, digest)}
    text = json.dumps(summary, ensure_ascii=False, indent=2) + "\n"
    files = {**content.files, SUMMARY: text.encode()}
    if SETTINGS in files:
        files[SETTINGS] = _named_settings(files[SETTINGS], scenario)
    return Content(files)


def _named_settings(text: bytes, scenario: str) -> bytes:
    settings = yaml.safe_load(text) or {}
    settings["scenario"] = {**settings.get("scenario", {}), "name": scenario}
    return yaml.safe_dump(settings, allow_unicode=True, sort_keys=False).encode()
