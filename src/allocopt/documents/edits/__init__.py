"""Edits: the forms of a workbook, and what people decided in them, read back as settings."""

from allocopt.documents.edits.edit import Edits
from allocopt.documents.edits.reading import read_edits

__all__ = ["Edits", "read_edits"]
