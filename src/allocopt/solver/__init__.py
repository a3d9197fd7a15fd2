"""Solving: compile, search, and say which rules clash."""

from allocopt.solver.compiled import RowKey
from allocopt.solver.highs import Limits, Outcome, Watch
from allocopt.solver.solve import Solution, solve

__all__ = ["Limits", "Outcome", "RowKey", "Solution", "Watch", "solve"]
