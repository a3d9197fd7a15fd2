"""Panel: from sales rows to regular series, what was found in them, and what was mended."""

from allocopt.forecasting.panel.cleaning import Cleaned, clean
from allocopt.forecasting.panel.dimensions import DIMENSIONS, KEYS
from allocopt.forecasting.panel.edges import INCOMPLETE
from allocopt.forecasting.panel.gaps import fill_gaps
from allocopt.forecasting.panel.history import History, locate, read_history
from allocopt.forecasting.panel.inspection import Inspection, inspect_panel
from allocopt.forecasting.panel.panel import Panel, build_panel, build_panels
from allocopt.forecasting.panel.report import PanelReport, report_panel
from allocopt.forecasting.panel.restatement import check_recast, recast
from allocopt.forecasting.panel.shifts import Shifts, find_shifts, shift_adjusted
from allocopt.forecasting.panel.status import Status, closed_since, status_of

__all__ = [
    "DIMENSIONS",
    "INCOMPLETE",
    "KEYS",
    "Cleaned",
    "History",
    "Inspection",
    "Panel",
    "PanelReport",
    "Shifts",
    "Status",
    "build_panel",
    "build_panels",
    "check_recast",
    "clean",
    "closed_since",
    "fill_gaps",
    "find_shifts",
    "inspect_panel",
    "locate",
    "read_history",
    "recast",
    "report_panel",
    "shift_adjusted",
    "status_of",
]
