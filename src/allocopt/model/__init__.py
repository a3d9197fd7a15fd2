"""The mixed-integer model: one module per family of rules."""

from allocopt.model.build import build, sentences, settle_plan
from allocopt.model.decisions import Decisions, read_decisions

__all__ = ["Decisions", "build", "read_decisions", "sentences", "settle_plan"]
