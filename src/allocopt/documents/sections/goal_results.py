"""Goal results: what was asked for, and what came of it."""

from __future__ import annotations

from allocopt.documents.blocks import Block, Section, bullets, notice, section
from allocopt.documents.facts import Facts, ratio
from allocopt.documents.facts.outcomes import GoalOutcome, goal_outcomes, moved_units, unit_outcomes
from allocopt.documents.facts.progress import result
from allocopt.documents.language.amounts import points
from allocopt.documents.language.formats import known
from allocopt.documents.language.measures import measure_value
from allocopt.documents.language.voice import Voice
from allocopt.documents.lean_table import lean_table


def goal_results_section(facts: Facts, voice: Voice) -> Section:
    """Goals and targets with their results, and how many reps reached their quota."""
    outcomes = goal_outcomes(facts)
    rows = [_row(outcome, voice) for outcome in outcomes]
    blocks = [
        lean_table(
            voice.say("goal_results.table"), "goal #asked #came #reached owner verdict", rows, voice
        )
        or notice(voice.say("goal_results.none")),
        _at_quota(facts, voice),
    ]
    return section("goal_results", voice, blocks)


def _row(outcome: GoalOutcome, voice: Voice) -> list[str]:
    goal, kept = outcome.goal, outcome.is_kept
    key = "unmeasured" if kept is None else "reached" if kept else "missed"
    return [
        goal.name,
        measure_value(goal.measure, outcome.asked, voice, goal.unit),
        measure_value(goal.measure, outcome.came, voice, goal.unit),
        voice.show.percent(outcome.reached) if kept is not None else "",
        goal.owner,
        voice.say(f"goal_results.{key}"),
    ]


def _at_quota(facts: Facts, voice: Voice) -> Block | None:
    share, near = result(facts, "share_at_quota"), result(facts, "share_at_80")
    if not known(share):
        return None
    shown = {"share": voice.show.percent(share, 0), "near": voice.show.percent(near, 0)}
    middle = voice.show.percent(result(facts, "attainment_quartile:0.5"))
    return notice(voice.say("goal_results.at_quota", **shown, middle=middle))


def handovers_done_section(facts: Facts, voice: Voice) -> Section:
    """What became of the units that changed hands, beside those that stayed."""
    units, moved = unit_outcomes(facts), moved_units(facts)
    if not moved:
        return section("handovers_done", voice, [notice(voice.say("handovers_done.none"))])
    own = units.index.isin(moved)
    shares = [
        ratio(float(part["actual"].sum(min_count=1)), float(part["plan"].sum(min_count=1)))
        for part in (units[own], units[~own])
    ]
    said = [voice.say.count("handovers_done.count", len(moved))]
    if all(map(known, shares)):
        moved_share, stayed_share = (voice.show.percent(share) for share in shares)
        key = "worse" if shares[0] < shares[1] else "as_well"
        apart = points(shares[0] - shares[1], voice)
        shown = {"moved": moved_share, "stayed": stayed_share, "points": apart}
        said.append(voice.say(f"handovers_done.{key}", **shown))
    rows = [
        [
            facts.name_of("units", str(unit)),
            voice.show.compact(row["plan"]),
            voice.show.compact(row["actual"]),
            voice.show.percent(row["attained"]),
        ]
        for unit, row in units[own].sort_values("attained", kind="stable").iterrows()
    ]
    listed = lean_table(
        voice.say("handovers_done.table"), "unit #planned #actual #attained", rows, voice, most=15
    )
    return section("handovers_done", voice, [bullets(said), listed])
