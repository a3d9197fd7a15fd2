"""Variance: why actual sales differ from planned ones, cause by cause, exact to the cent."""

from allocopt.replanning.variance.drill import drill, waterfall
from allocopt.replanning.variance.explain import explain_variance, variance_table
from allocopt.replanning.variance.recorded import Recorded, recorded_variance
from allocopt.replanning.variance.scopes import CAUSES, TO_DATE
from allocopt.replanning.variance.sentences import deviation_notes, sentences, unknown_note
from allocopt.replanning.variance.variance import Variance

__all__ = [
    "CAUSES",
    "TO_DATE",
    "Recorded",
    "Variance",
    "deviation_notes",
    "drill",
    "explain_variance",
    "recorded_variance",
    "sentences",
    "unknown_note",
    "variance_table",
    "waterfall",
]
