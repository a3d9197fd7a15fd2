"""Folders that travel with the package: templates and shipped scenarios.

In a wheel they lie inside the package (`allocopt/templates`), in a source checkout beside `src`.
"""

from __future__ import annotations

from importlib import resources
from importlib.resources.abc import Traversable
from pathlib import Path

from allocopt.errors import AllocoptError


def resource_folder(name: str) -> Traversable:
    """The folder `name` (`templates`, `scenarios`) of the wheel or of the source checkout.

    Raises:
        AllocoptError: the installation lacks the folder.
    """
    packaged = resources.files("allocopt") / name
    if packaged.is_dir():
        return packaged
    checkout = Path(__file__).resolve().parents[2] / name
    if checkout.is_dir():
        return checkout
    raise AllocoptError(
        f"this installation of allocopt lacks its folder {name!r}: install it again"
    )
