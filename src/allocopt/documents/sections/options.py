"""Options: plans side by side, what is recommended and why, how they differ, what each risks."""

from __future__ import annotations

from collections.abc import Iterator

from allocopt.comparison import compare_plans
from allocopt.documents.blocks import (
    Block,
    Section,
    bullets,
    columns,
    heading,
    notice,
    prose,
    section,
    table,
)
from allocopt.documents.facts import Facts
from allocopt.documents.facts.choice import Option, is_equal, options_of, recommended
from allocopt.documents.figures import bridge_chart, trade_off_chart
from allocopt.documents.language.formats import known
from allocopt.documents.language.measures import KPI_KINDS, measure_name, measure_value
from allocopt.documents.language.voice import Voice
from allocopt.documents.lean_table import lean_table
from allocopt.documents.sections.differences import difference_between, money, moves, quotas

# Figures of which more is better, and of which less is; of the others nobody can say.
MORE = frozenset({"sales", "margin", "contribution", "share_at_quota"})
LESS = frozenset({"handovers", "handover_share", "balance_spread"})
# Not worth a row in a choice: what all plans of a scenario share.
SHARED = frozenset({"demand", "forecast_wape", "hours"})


def recommendation_section(facts: Facts, voice: Voice) -> Section:
    """What people recommend; else what the rule does, with what speaks for and against it."""
    options = options_of(facts)
    written = prose(facts.scenario.config.document.recommendation)
    if written:
        return section("recommendation", voice, [written])
    best = recommended(options)
    blocks = [
        bullets(
            [voice.say("recommendation.choose", plan=best.title), *_reasons(best, options, voice)],
            voice.say("recommendation.for"),
            voice.say("recommendation.proposed"),
        ),
        bullets(list(_against(best, options, voice)), voice.say("recommendation.against")),
        notice(voice.say("recommendation.rule")),
    ]
    return section("recommendation", voice, blocks)


def options_section(facts: Facts, voice: Voice) -> Section:
    """Figures of all plans beside each other with the best named, and their trade-off."""
    options = options_of(facts)
    return section("options", voice, [_figures(options, voice), trade_off_chart(facts, voice)])


def option_differences_section(facts: Facts, voice: Voice) -> Section:
    """What each other plan has otherwise than the first."""
    first, *others = options_of(facts)
    blocks = [block for other in others for block in _differences(first, other, voice)]
    return section("option_differences", voice, blocks)


def option_risks_section(facts: Facts, voice: Voice) -> Section:
    """What each plan misses, does not keep, and how sure its figures are."""
    options, show, rows = options_of(facts), voice.show, []
    for option in options:
        broken, gap = option.facts.shortfalls, option.facts.summary.get("gap")
        rows.append(
            [
                option.title,
                show.number(option.missed),
                show.number(len(broken)),
                show.compact(float(broken["cost"].sum())),
                show.percent(float(gap), 2) if isinstance(gap, int | float) else show.unknown,
                show.percent(option.facts.kpi("attain_probability")),
            ]
        )
    keys = "plan #missed_goals #not_kept #cost #solve_gap #chance"
    risks = lean_table(voice.say("option_risks.table"), keys, rows, voice)
    return section("option_risks", voice, [risks])


def _reasons(best: Option, options: tuple[Option, ...], voice: Voice) -> Iterator[str]:
    """Goals, contribution against the next best, handovers where that is the same."""
    others = [option for option in options if option is not best]
    fewest = min(option.missed for option in others)
    if best.missed < fewest:
        yield voice.say.count("recommendation.goals", best.missed, others=voice.show.number(fewest))
    rival = max(others, key=lambda option: option.worth)
    words = {"rival": rival.title, "worth": voice.show.money(best.worth)}
    measure = "contribution" if known(best.facts.contribution()) else "sales"
    words["measure"] = measure_name(measure, voice)
    if is_equal(best, rival):
        slack = voice.show.money(max(best.slack, rival.slack))
        yield voice.say("recommendation.equal", **words, slack=slack)
        if best.handovers < rival.handovers:
            counts = {"own": voice.show.number(best.handovers)}
            yield voice.say(
                "recommendation.calmer", **counts, other=voice.show.number(rival.handovers)
            )
    elif best.worth > rival.worth:
        more = voice.show.money(best.worth - rival.worth)
        yield voice.say("recommendation.higher", **words, more=more)


def _against(best: Option, options: tuple[Option, ...], voice: Voice) -> Iterator[str]:
    """Where another plan is better."""
    for name in ("contribution", "sales", "handovers", "spend", "people_cost", "hires"):
        lower = name not in MORE
        values = {option.title: _value(option, name) for option in options}
        mine = values[best.title]
        better = {
            title: value
            for title, value in values.items()
            if known(value) and known(mine) and (value < mine if lower else value > mine)
            if measure_value(name, value, voice) != measure_value(name, mine, voice)
        }
        if not better:
            continue
        title = (min if lower else max)(better, key=lambda key: better[key])
        yield voice.say(
            f"recommendation.{'lower' if lower else 'more'}",
            plan=title,
            measure=measure_name(name, voice),
            value=measure_value(name, better[title], voice),
            own=measure_value(name, mine, voice),
        )
    if best.missed:
        yield voice.say.count("recommendation.missed", best.missed)


def _value(option: Option, name: str) -> float:
    return option.facts.contribution() if name == "contribution" else option.facts.kpi(name)


def _figures(options: tuple[Option, ...], voice: Voice) -> Block | None:
    """A row per figure that some plan has, with the plan that is best in it named."""
    titles = [option.title for option in options]
    plans = [option.facts.plan for option in options]
    # The last column is the change of the last plan against the first.
    compared = compare_plans(plans).set_index("figure").iloc[:, :-1]
    rows = []
    for name, figures in zip(map(str, compared.index), compared.to_numpy(), strict=True):
        base, values = name.partition(":")[0], [_number(figure) for figure in figures]
        if base not in KPI_KINDS or base in SHARED or not any(map(known, values)):
            continue
        shown = [measure_value(name, value, voice) for value in values]
        rows.append([measure_name(name, voice), *shown, _best(base, values, shown, titles, voice)])
    heads = [
        *columns("kpi", voice),
        *((title, "number") for title in titles),
        *columns("best", voice),
    ]
    return table(voice.say("options.table"), heads, rows, voice)


def _number(figure: object) -> float:
    return float(figure) if isinstance(figure, int | float) else float("nan")


def _best(name: str, values: list[float], shown: list[str], titles: list[str], voice: Voice) -> str:
    """The plans with the best value; blank where all read the same, or nobody can say which is better."""
    there = [(value, text) for value, text in zip(values, shown, strict=True) if known(value)]
    if name not in MORE | LESS or len({text for _, text in there}) < 2:
        return ""
    best = (max if name in MORE else min)(there)[1]
    return voice.show.join(
        [title for title, text in zip(titles, shown, strict=True) if text == best]
    )


def _differences(first: Option, other: Option, voice: Voice) -> Iterator[Block | None]:
    difference = difference_between(first.facts, other.facts)
    yield heading(voice.say("option_differences.heading", plan=other.title, first=first.title))
    named = {"moves": difference.moves, "quotas": difference.quotas, "money": difference.money}
    if all(rows.empty for rows in named.values()):
        yield notice(voice.say("option_differences.none"))
    yield bridge_chart(other.facts, voice, first.facts)
    yield moves(difference, other.facts, voice)
    yield quotas(difference, other.facts, voice)
    yield money(difference, other.facts, voice)
