"""Decomposition: plans beyond one model, cut along the territory tree and put together again."""

from allocopt.decomposition.executors import Workers
from allocopt.decomposition.solve import Division, solve_as_asked, solve_in_regions

__all__ = ["Division", "Workers", "solve_as_asked", "solve_in_regions"]
