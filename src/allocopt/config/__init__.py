"""Configuration: scenario.yaml as frozen, typed values; nothing here needs a table library."""

from allocopt.config.export import dump, schema
from allocopt.config.layers import Layer, layers_under, merge_layers, read_layers
from allocopt.config.model import Config
from allocopt.config.reference import reference
from allocopt.config.scope import Scope, parse_scope
from allocopt.config.settings import Setting, apply_settings, collect_settings, parse_settings
from allocopt.config.validation import read_config

__all__ = [
    "Config",
    "Layer",
    "Scope",
    "Setting",
    "apply_settings",
    "collect_settings",
    "dump",
    "layers_under",
    "merge_layers",
    "parse_scope",
    "parse_settings",
    "read_config",
    "read_layers",
    "reference",
    "schema",
]
