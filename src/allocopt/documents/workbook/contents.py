"""Contents: which sheets a plan has, in the order in which people look for them."""

from __future__ import annotations

from collections.abc import Iterator

from allocopt.documents.facts import Facts
from allocopt.documents.language.voice import Voice
from allocopt.documents.workbook.sheet import Sheet
from allocopt.documents.workbook.sheets.goals import kpis_sheet, results_sheet, targets_sheet
from allocopt.documents.workbook.sheets.money import (
    budget_sheet,
    contribution_sheet,
    levers_sheet,
)
from allocopt.documents.workbook.sheets.outlook import course_sheet, forecast_sheet
from allocopt.documents.workbook.sheets.people import (
    assignments_sheet,
    handovers_sheet,
    people_sheet,
    quotas_sheet,
)
from allocopt.documents.workbook.sheets.places import (
    segments_sheet,
    territories_sheet,
    units_sheet,
)
from allocopt.documents.workbook.sheets.review import (
    alerts_sheet,
    bridge_sheet,
    moves_sheet,
    performance_sheet,
    variance_sheet,
)
from allocopt.documents.workbook.sheets.rules import limits_sheet, shortfalls_sheet

MAKERS = (
    course_sheet,
    kpis_sheet,
    targets_sheet,
    people_sheet,
    quotas_sheet,
    territories_sheet,
    segments_sheet,
    levers_sheet,
    budget_sheet,
    contribution_sheet,
    performance_sheet,
    bridge_sheet,
    variance_sheet,
    alerts_sheet,
    results_sheet,
    limits_sheet,
    shortfalls_sheet,
    handovers_sheet,
    moves_sheet,
    assignments_sheet,
    units_sheet,
    forecast_sheet,
)
# Sections of documents whose tables are sheets of their own, whole and not cut.
TOLD_IN_SHEETS = frozenset(
    {"segments", "resources", "quotas", "appendix", "performance", "variance", "alerts"}
)


def plan_sheets(facts: Facts, voice: Voice) -> Iterator[Sheet]:
    """The sheets that have anything to show."""
    for make in MAKERS:
        sheet = make(facts, voice)
        if sheet is not None:
            yield sheet
