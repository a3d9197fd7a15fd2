"""The screen `limits`: what binds the plan, what one more of it brings, and what is not kept."""

from __future__ import annotations

import pandas as pd

from allocopt.documents.blocks import Block
from allocopt.review.limits.families import FAMILIES
from allocopt.review.limits.locks import locks_panel
from allocopt.review.limits.missed import goals_panel, unkept_panel
from allocopt.review.limits.overview import overview_panel, rules_panel
from allocopt.review.limits.rows import beside, limit_rows
from allocopt.review.limits.table import family_of, limits_panel
from allocopt.review.panels import Screen, choice, screen
from allocopt.review.view import View


def limits_screen(view: View) -> Screen:
    """What binds, family by family, soft rules that are not kept, goals that are missed, and locks."""
    after = None if view.after is None else limit_rows(view.after, view.voice)
    rows = beside(limit_rows(view.facts, view.voice), after)
    panels = [
        overview_panel(view, rows),
        rules_panel(view, rows),
        limits_panel(view, rows),
        unkept_panel(view),
        goals_panel(view),
        locks_panel(view, rows),
    ]
    return screen("limits", view.voice, panels, _controls(view, rows))


def _controls(view: View, rows: pd.DataFrame) -> list[Block]:
    """Which family, and whether those limits are shown, too, that have room."""
    say = view.voice.say
    found = set(rows["family"])
    families = [("", say("review.limits.all_families"))]
    families += [(name, say(f"review.limits.family.{name}")) for name in FAMILIES if name in found]
    shown = [("", say("review.limits.binding")), ("all", say("review.limits.all"))]
    return [
        choice("family", say("review.limits.about"), families, family_of(view)),
        choice("show", say("review.limits.show"), shown, view.option("show", ("", "all"))),
    ]
