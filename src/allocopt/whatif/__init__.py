"""What-if: a plan solved again after a change, and what the change means."""

from allocopt.whatif.changes import Basis, Solve, basis_of_plan, basis_of_scenario, solve_changed

__all__ = ["Basis", "Solve", "basis_of_plan", "basis_of_scenario", "solve_changed"]
