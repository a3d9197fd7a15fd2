"""Libraries: modules that need what is not installed with everything else."""

from __future__ import annotations

from importlib import import_module
from typing import Any

from allocopt.errors import AllocoptError

OFFICE = {"docx", "docxtpl", "lxml", "pptx"}


def office_module(name: str) -> Any:
    """A module of `allocopt.documents.office`.

    Raises:
        AllocoptError: the libraries for office files are not installed.
    """
    try:
        return import_module(f"allocopt.documents.office.{name}")
    except ModuleNotFoundError as error:
        if str(error.name).partition(".")[0] not in OFFICE:
            raise
        raise AllocoptError(
            "Word files and slides need libraries that are not installed: "
            "python -m pip install 'allocopt[office]'"
        ) from error
