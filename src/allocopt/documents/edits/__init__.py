"""Edits: the forms of a workbook, and what people decided in them, read back as settings."""

from typing import TYPE_CHECKING

from allocopt.lazy import handing_on

if TYPE_CHECKING:
    from allocopt.documents.edits.edit import Edits
    from allocopt.documents.edits.reading import read_edits

__all__ = ["Edits", "read_edits"]

__getattr__ = handing_on(__name__, {"Edits": "edit", "read_edits": "reading"})
