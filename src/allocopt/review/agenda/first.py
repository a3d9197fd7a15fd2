"""First: what a plan is of which nothing has come yet, and what it rests on."""

from __future__ import annotations

from allocopt.documents.blocks import bullets, notice, prose
from allocopt.documents.sections.assumptions import assumptions_section
from allocopt.review.figures import headline_figures
from allocopt.review.moments import moment
from allocopt.review.panels import Panel, panel
from allocopt.review.reasons import reason_of
from allocopt.review.tallies.headlines import sided_headlines
from allocopt.review.view import View


def first_panel(view: View) -> Panel | None:
    """Which plan it is, its headline figures, and how what comes is brought in."""
    say, show, version = view.voice.say, view.voice.show, view.record.version
    facts, scenario = view.facts, view.facts.scenario.config.scenario
    told = say(
        "review.opening.plan",
        title=scenario.title or version.scenario,
        version=version.id,
        first=show.period(facts.periods[0]),
        last=show.period(facts.periods[-1]),
        author=version.author,
        when=moment(version.saved_at, view.voice),
    )
    why = reason_of(version, view.voice)
    reason = [say("review.opening.reason", reason=why)] if why else []
    return panel(
        "plan",
        say("review.opening.what"),
        [
            bullets([told, *reason]),
            sided_headlines(headline_figures(view), view.voice),
            prose(scenario_summary(view)),
            notice(bring_text(view)),
        ],
    )


def bring_text(view: View) -> str:
    """How what comes is brought in."""
    return view.voice.say("review.opening.bring", version=view.record.version.id)


def scenario_summary(view: View) -> tuple[str, ...] | str:
    """What people wrote of the whole plan; of a part nothing."""
    if view.facts.extent is not None:
        return ()
    return view.facts.scenario.config.document.summary


def assumed_panel(view: View) -> Panel | None:
    """What was assumed because nobody said it, and what somebody should look at."""
    section = assumptions_section(view.facts, view.voice)
    return panel("assumed", view.voice.say("review.opening.assumed"), section["blocks"])
