"""Decomposition: plans beyond one model, cut along the territory tree and put together again."""

from allocopt.decomposition.executors import Workers
from allocopt.decomposition.solve import Cut, solve_as_asked, solve_in_regions

__all__ = ["Cut", "Workers", "solve_as_asked", "solve_in_regions"]
