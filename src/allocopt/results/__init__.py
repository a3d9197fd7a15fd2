"""Results: the tables and figures of a plan, from the values of a solved model."""

from allocopt.results.assemble import assemble_plan

__all__ = ["assemble_plan"]
