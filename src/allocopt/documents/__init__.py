"""Plan documents: self-contained pages made from a plan and its scenario."""

from allocopt.documents.content import KINDS
from allocopt.documents.render import FORMATS, render_document, render_to_file

__all__ = ["FORMATS", "KINDS", "render_document", "render_to_file"]
