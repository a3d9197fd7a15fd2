"""Explanation: what binds a plan, why a unit has its rep, what limits a rep, and what would change it."""

from allocopt.explanation.depth import Depth
from allocopt.explanation.explained import Explanation
from allocopt.explanation.limits import explain_limits
from allocopt.explanation.rep import explain_rep
from allocopt.explanation.unit import explain_unit

__all__ = ["Depth", "Explanation", "explain_limits", "explain_rep", "explain_unit"]
