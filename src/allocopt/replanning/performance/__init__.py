"""Performance: the figures of every review, from what was planned and what came."""

from allocopt.replanning.performance.page import review_lines
from allocopt.replanning.performance.results import results_table, trend
from allocopt.replanning.performance.table import performance_table

__all__ = ["performance_table", "results_table", "review_lines", "trend"]
