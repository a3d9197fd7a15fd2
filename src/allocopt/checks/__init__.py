"""Checks: what must hold across tables and configuration before a plan makes sense."""

from allocopt.checks.business import check_business
from allocopt.checks.subject import Subject

__all__ = ["Subject", "check_business"]
