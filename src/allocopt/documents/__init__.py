"""Plan documents: self-contained pages and office files made from a plan and its scenario."""

from typing import TYPE_CHECKING

from allocopt.lazy import handing_on

if TYPE_CHECKING:
    from allocopt.documents.batch import Order, render_all
    from allocopt.documents.facts.subject import Subject, parse_subject
    from allocopt.documents.file_formats import FORMATS
    from allocopt.documents.file_names import usual_path
    from allocopt.documents.kinds import KINDS
    from allocopt.documents.render import render_document, render_to_file, write_rendering
    from allocopt.documents.rendering import (
        Material,
        Rendering,
        Request,
        Solved,
        rendering_of,
        subjects_for,
    )

_MODULES = {
    "FORMATS": "file_formats",
    "KINDS": "kinds",
    "Material": "rendering",
    "Order": "batch",
    "Rendering": "rendering",
    "Request": "rendering",
    "Solved": "rendering",
    "Subject": "facts.subject",
    "parse_subject": "facts.subject",
    "render_all": "batch",
    "render_document": "render",
    "render_to_file": "render",
    "rendering_of": "rendering",
    "subjects_for": "rendering",
    "usual_path": "file_names",
    "write_rendering": "render",
}

__all__ = [
    "FORMATS",
    "KINDS",
    "Material",
    "Order",
    "Rendering",
    "Request",
    "Solved",
    "Subject",
    "parse_subject",
    "render_all",
    "render_document",
    "render_to_file",
    "rendering_of",
    "subjects_for",
    "usual_path",
    "write_rendering",
]

__getattr__ = handing_on(__name__, _MODULES)
