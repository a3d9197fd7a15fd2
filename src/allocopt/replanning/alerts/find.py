"""Find: all alerts of a review, and whether they call for a new plan."""

from __future__ import annotations

import pandas as pd

from allocopt.config import Config
from allocopt.replanning.alerts.alert import alert_table
from allocopt.replanning.alerts.collapse import collapse_alerts
from allocopt.replanning.alerts.drift import drift_alerts
from allocopt.replanning.alerts.facts import (
    capacity_alerts,
    market_alerts,
    overdue_alerts,
    unreported_alerts,
)
from allocopt.replanning.alerts.progress import plan_share_alerts, runrate_alerts
from allocopt.replanning.alerts.review import Review
from allocopt.replanning.course import Course, Outlook

FINDERS = (
    plan_share_alerts,
    runrate_alerts,
    drift_alerts,
    collapse_alerts,
    capacity_alerts,
    market_alerts,
    unreported_alerts,
    overdue_alerts,
)
# A new plan mends nothing of these: people have to report and to act.
FOR_PEOPLE = ("unreported", "overdue")


def find_alerts(course: Course, performance: pd.DataFrame, outlook: Outlook | None) -> pd.DataFrame:
    """The table `alerts`: what calls for attention after the last closed period, kind by kind.

    `performance` is that of the same course. The tests of one kind share one chance of a false alarm,
    1 − `alerts.runrate_quantile`, however many territories and reps there are.
    """
    if not course.closed:
        return alert_table(())
    review = Review(course, performance, outlook)
    return alert_table(alert for find in FINDERS for alert in find(review))


def calls_for_replan(alerts: pd.DataFrame, config: Config) -> bool:
    """Whether `alerts.replan` is auto and there is an alert that a new plan could answer."""
    return config.alerts.replan == "auto" and not alerts["alert"].isin(FOR_PEOPLE).all()
