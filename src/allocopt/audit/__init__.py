"""Audit: every rule of a plan recomputed from tables alone."""

from allocopt.audit.audit import audit

__all__ = ["audit"]
