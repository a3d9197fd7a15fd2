"""Conflict: which rules clash where there is no plan, and the cheapest way out."""
