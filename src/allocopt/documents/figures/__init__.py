"""Figures: which of the plan's numbers go into which chart, one module per figure."""

from allocopt.documents.figures.attainment import attainment_chart
from allocopt.documents.figures.balance import balance_chart
from allocopt.documents.figures.budget import budget_chart
from allocopt.documents.figures.changes import change_chart
from allocopt.documents.figures.contribution import bridge_chart, contribution_chart
from allocopt.documents.figures.forecast import forecast_chart
from allocopt.documents.figures.handovers import handover_chart
from allocopt.documents.figures.levers import lever_chart
from allocopt.documents.figures.load import load_chart
from allocopt.documents.figures.milestones import milestone_chart
from allocopt.documents.figures.performance import performance_chart
from allocopt.documents.figures.quota import quota_chart
from allocopt.documents.figures.territories import territory_chart
from allocopt.documents.figures.trade_off import trade_off_chart
from allocopt.documents.figures.variance import variance_chart

__all__ = [
    "attainment_chart",
    "balance_chart",
    "bridge_chart",
    "budget_chart",
    "change_chart",
    "contribution_chart",
    "forecast_chart",
    "handover_chart",
    "lever_chart",
    "load_chart",
    "milestone_chart",
    "performance_chart",
    "quota_chart",
    "territory_chart",
    "trade_off_chart",
    "variance_chart",
]
