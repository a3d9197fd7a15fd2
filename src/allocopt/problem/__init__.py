"""Problem: all that the optimiser is told, and how it is made from a scenario."""

from allocopt.problem.build import build_problem
from allocopt.problem.curves import Curve
from allocopt.problem.lifts import LiftCurve
from allocopt.problem.problem import Problem

__all__ = ["Curve", "LiftCurve", "Problem", "build_problem"]
