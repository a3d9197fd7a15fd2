"""Plan documents: self-contained pages and office files made from a plan and its scenario."""

from allocopt.documents.batch import Order, render_all
from allocopt.documents.facts.subject import Subject, parse_subject
from allocopt.documents.file_formats import FORMATS
from allocopt.documents.file_names import file_names, usual_path
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

__all__ = [
    "FORMATS",
    "KINDS",
    "Material",
    "Order",
    "Rendering",
    "Request",
    "Solved",
    "Subject",
    "file_names",
    "parse_subject",
    "render_all",
    "render_document",
    "render_to_file",
    "rendering_of",
    "subjects_for",
    "usual_path",
    "write_rendering",
]
