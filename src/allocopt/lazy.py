"""Lazy: packages whose names come from modules that are imported when they are first asked for."""

from __future__ import annotations

import sys
from collections.abc import Callable, Mapping
from importlib import import_module


def handing_on(package: str, modules: Mapping[str, str]) -> Callable[[str], object]:
    """The `__getattr__` of a package (PEP 562); `modules` says which of its modules has each name.

    Importing one part of the package then costs that part alone. A name that a module of the package has
    itself cannot be handed on: as soon as that is imported, it stands in the place of the name.
    """

    assert modules.keys().isdisjoint(modules.values()), package  # noqa: S101 - see above

    def hand_on(name: str) -> object:
        if name not in modules:
            raise AttributeError(f"module {package!r} has no attribute {name!r}")
        value: object = getattr(import_module(f"{package}.{modules[name]}"), name)
        setattr(sys.modules[package], name, value)
        return value

    return hand_on
