"""Kinds: the documents that a plan is told in, each with its sections, its subject and its reader."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from types import MappingProxyType

from allocopt.config.sections import Reader
from allocopt.documents.blocks import Section
from allocopt.documents.facts import Facts
from allocopt.documents.facts.subject import SubjectKind
from allocopt.documents.language.text import nearest
from allocopt.documents.language.voice import Voice
from allocopt.documents.sections.account_plan import account_plan_section, own_goals_section
from allocopt.documents.sections.actions import actions_section
from allocopt.documents.sections.adjustments import adjustments_section
from allocopt.documents.sections.alerts import alerts_section
from allocopt.documents.sections.appendix import appendix_section
from allocopt.documents.sections.assumptions import assumptions_section
from allocopt.documents.sections.changes import changes_section
from allocopt.documents.sections.contacts import contacts_section
from allocopt.documents.sections.contingency import alternatives_section, contingency_section
from allocopt.documents.sections.coverage import coverage_section
from allocopt.documents.sections.data_notes import data_notes_section
from allocopt.documents.sections.forecast_accuracy import forecast_accuracy_section
from allocopt.documents.sections.goal_results import goal_results_section, handovers_done_section
from allocopt.documents.sections.goals import goals_section
from allocopt.documents.sections.indicators import indicators_section
from allocopt.documents.sections.lessons import lessons_section, next_year_section
from allocopt.documents.sections.my_changes import my_changes_section
from allocopt.documents.sections.my_dates import dates_section, my_dates_section
from allocopt.documents.sections.my_money import my_money_section
from allocopt.documents.sections.my_units import my_units_section
from allocopt.documents.sections.next_steps import next_steps_section
from allocopt.documents.sections.options import (
    option_differences_section,
    option_risks_section,
    options_section,
    recommendation_section,
)
from allocopt.documents.sections.performance import performance_section
from allocopt.documents.sections.quotas import quotas_section
from allocopt.documents.sections.rep_sheet import rep_sheet_section
from allocopt.documents.sections.resources import resources_section
from allocopt.documents.sections.risks import risks_section
from allocopt.documents.sections.rollout_note import (
    all_changes_section,
    faq_section,
    rollout_section,
)
from allocopt.documents.sections.segments import segments_section
from allocopt.documents.sections.strategy import strategy_section
from allocopt.documents.sections.summary import summary_section
from allocopt.documents.sections.territory_plan import territory_plan_section
from allocopt.documents.sections.timeline import timeline_section
from allocopt.documents.sections.variance import variance_section
from allocopt.documents.sections.years import later_years_section, years_section
from allocopt.errors import AllocoptError

SectionMaker = Callable[[Facts, Voice], Section]


@dataclass(frozen=True)
class Kind:
    """A kind of document: its sections in order, what it can be about, and who usually reads it.

    The first of `subjects` is what `--all` writes one of each for. `needs_others` says that there is
    nothing to tell without other plans beside it, `needs_actuals` that the plan must have been reviewed,
    `needs_pack` that a contingency pack must be at hand.
    """

    sections: tuple[SectionMaker, ...]
    subjects: tuple[SubjectKind, ...] = ("company",)
    reader: Reader = "analyst"
    needs_others: bool = False
    needs_actuals: bool = False
    needs_pack: bool = False


# A further kind is a further entry.
KINDS: Mapping[str, Kind] = MappingProxyType(
    {
        "territory": Kind(
            (
                summary_section,
                goals_section,
                territory_plan_section,
                segments_section,
                resources_section,
                quotas_section,
                timeline_section,
                risks_section,
                changes_section,
                appendix_section,
            ),
            subjects=("territory",),
            reader="manager",
        ),
        "account": Kind(
            (
                account_plan_section,
                coverage_section,
                own_goals_section,
                next_steps_section,
            ),
            subjects=("account",),
            reader="manager",
        ),
        "rollout": Kind(
            (
                rollout_section,
                all_changes_section,
                dates_section,
                faq_section,
                contacts_section,
            ),
            subjects=("rep", "territory", "company"),
            reader="rep",
        ),
        "rep": Kind(
            (
                rep_sheet_section,
                my_units_section,
                my_changes_section,
                my_dates_section,
                my_money_section,
                contacts_section,
            ),
            subjects=("rep",),
            reader="rep",
        ),
        "annual": Kind(
            (
                summary_section,
                goals_section,
                segments_section,
                strategy_section,
                resources_section,
                quotas_section,
                timeline_section,
                risks_section,
                changes_section,
                assumptions_section,
                appendix_section,
            )
        ),
        "closing": Kind(
            (
                performance_section,
                goal_results_section,
                variance_section,
                forecast_accuracy_section,
                indicators_section,
                handovers_done_section,
                lessons_section,
                next_year_section,
                actions_section,
                data_notes_section,
                assumptions_section,
                appendix_section,
            ),
            subjects=("company", "territory"),
            needs_actuals=True,
        ),
        "options": Kind(
            (
                recommendation_section,
                options_section,
                option_differences_section,
                option_risks_section,
                assumptions_section,
            ),
            needs_others=True,
        ),
        "contingency": Kind(
            (
                contingency_section,
                alternatives_section,
                risks_section,
                assumptions_section,
            ),
            needs_pack=True,
        ),
        "long_term": Kind(
            (
                summary_section,
                goals_section,
                years_section,
                segments_section,
                strategy_section,
                resources_section,
                quotas_section,
                timeline_section,
                risks_section,
                later_years_section,
                changes_section,
                assumptions_section,
                appendix_section,
            )
        ),
        "review": Kind(
            (
                performance_section,
                variance_section,
                alerts_section,
                indicators_section,
                adjustments_section,
                actions_section,
                risks_section,
                changes_section,
                data_notes_section,
                assumptions_section,
                appendix_section,
            ),
            subjects=("company", "territory"),
            needs_actuals=True,
        ),
    }
)


def kind_of(name: str) -> Kind:
    """The kind of a name.

    Raises:
        AllocoptError: there is no such kind of document; says which there are.
    """
    if name not in KINDS:
        raise AllocoptError(
            f"no document {name!r}; there are {', '.join(sorted(KINDS))}" + nearest(name, KINDS)
        )
    return KINDS[name]
