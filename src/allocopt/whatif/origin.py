"""Origin: settings that say which option of a command they come from."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from allocopt.config import Setting
from allocopt.yaml_source import KeyPath, Place


def setting_maker(origin: str) -> Callable[[KeyPath, Any], Setting]:
    """Makes settings that messages show as coming from `origin`, such as `--lose 2`."""
    return lambda path, value: Setting(path, value, Place(origin))
