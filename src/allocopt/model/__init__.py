"""The mixed-integer model: one module per family of rules."""

from allocopt.model.build import build, sentences
from allocopt.model.decisions import Decisions, read_decisions
from allocopt.model.workload import settle_hours

__all__ = ["Decisions", "build", "read_decisions", "sentences", "settle_hours"]
