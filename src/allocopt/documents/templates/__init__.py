"""The templates that documents are drawn with: ours, and those of a company in a sandbox."""

from allocopt.documents.templates.folder import Templates, template_environment
from allocopt.documents.templates.references import outside_references

__all__ = ["Templates", "outside_references", "template_environment"]
