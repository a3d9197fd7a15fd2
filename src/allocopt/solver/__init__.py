"""Solving: compile, search, and say which rules clash."""

from allocopt.solver.compiled import CompiledModel
from allocopt.solver.highs import Limits, Outcome, Watch
from allocopt.solver.solve import Solution, solve

__all__ = ["CompiledModel", "Limits", "Outcome", "Solution", "Watch", "solve"]
