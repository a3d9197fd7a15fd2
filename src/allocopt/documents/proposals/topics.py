"""Topics of a strategy that nobody has written about, as far as the plan's figures speak of them."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from types import MappingProxyType

from allocopt.documents.facts import Facts, ratio
from allocopt.documents.language.formats import known
from allocopt.documents.language.text import known_text
from allocopt.documents.language.voice import Voice
from allocopt.documents.proposals import signals
from allocopt.documents.proposals.words import with_figures

Propose = Callable[[Facts, Voice], Iterator[str]]
# A price that is changed by this much is what pricing is told with.
PRICE_STEP = 0.01
# Selling time of a segment beyond its share of sales that is worth a sentence.
LEAST_LEAD = 0.05
# Shares that are written as 100 %.
ALL = 0.995


def propose_topic(topic: str, facts: Facts, voice: Voice) -> list[str]:
    """Sentences about a topic; none where the data has nothing to say."""
    return list(_TOPICS[topic](facts, voice))


def _positioning(facts: Facts, voice: Voice) -> Iterator[str]:
    """The segment that earns most."""
    table = signals.margins(facts)
    if not table["earned"].sum() > 0:
        return
    share = table["earned"] / table["earned"].sum()
    best = str(share.idxmax())
    yield voice.say(
        "proposal.positioning",
        segment=facts.name_of("segments", best),
        share=voice.show.percent(float(share[best]), 0),
        margin=voice.show.money(float(table["earned"].sum())),
    )


def _pricing(facts: Facts, voice: Voice) -> Iterator[str]:
    """What a higher price is worth, and where margins are high and low."""
    table = signals.margins(facts)
    if table.empty or table["margin"].iloc[0] == table["margin"].iloc[-1]:
        return
    yield voice.say(
        "proposal.pricing",
        amount=voice.show.money(PRICE_STEP * facts.sales()),
        best=facts.name_of("segments", str(table.index[0])),
        best_margin=voice.show.percent(float(table["margin"].iloc[0])),
        worst=facts.name_of("segments", str(table.index[-1])),
        worst_margin=voice.show.percent(float(table["margin"].iloc[-1])),
    )


def _channels(facts: Facts, voice: Voice) -> Iterator[str]:
    """How spend divides between channels, and what each brings."""
    table = signals.lever_returns(facts, "channel")
    if not signals.differ(table["returns"]):
        return
    share = (table["spend"] / facts.spend()).sort_values(ascending=False, kind="stable")
    shares = with_figures(share, str, lambda value: voice.show.percent(value, 0), voice)
    yield voice.say(
        "proposal.channels",
        channels=shares,
        best=str(table.index[0]),
        best_return=voice.show.number(float(table["returns"].iloc[0]), 2),
        worst=str(table.index[-1]),
        worst_return=voice.show.number(float(table["returns"].iloc[-1]), 2),
    )


def _promotion(facts: Facts, voice: Voice) -> Iterator[str]:
    return _of_kind("marketing", facts, voice)


def _tools(facts: Facts, voice: Voice) -> Iterator[str]:
    return _of_kind("tools", facts, voice)


def _of_kind(kind: str, facts: Facts, voice: Voice) -> Iterator[str]:
    """Each lever of a kind with its spend, what it adds and where most of it goes."""
    levers = facts.scenario.table("levers").drop_duplicates("lever").set_index("lever")
    spent = facts.lever_spend[facts.lever_spend["spend"] > 0]
    for lever in spent.index[levers["kind"].reindex(spent.index) == kind]:
        segment, share = _main_segment(str(lever), facts)
        where = "" if not known(share) else "_only_in_segment" if share >= ALL else "_in_segment"
        yield voice.say(
            f"proposal.lever{where}",
            lever=facts.name_of("levers", str(lever)),
            spend=voice.show.money(float(spent["spend"][lever])),
            lift=voice.show.money(float(spent["lift"][lever])),
            segment=facts.name_of("segments", segment),
            share=voice.show.percent(share, 0),
        )


def _main_segment(lever: str, facts: Facts) -> tuple[str, float]:
    """The segment that most of a lever's spend goes to, and its share; unknown where none is named."""
    rows = facts.table("budget")
    rows = rows[rows["lever"] == lever]
    sums = rows.groupby(rows["segment"].map(known_text))["spend"].sum()
    total, named = float(sums.sum()), sums.drop(index="", errors="ignore")
    if named.empty:
        return "", float("nan")
    best = str(named.idxmax())
    return best, ratio(float(named[best]), total)


def _leads(facts: Facts, voice: Voice) -> Iterator[str]:
    """The segment with the most open potential, and the places to begin at."""
    by_segment = signals.open_potential(facts, "segment")
    if by_segment.empty:
        return
    segment = str(by_segment.index[0])
    cells = signals.open_places(facts, segment)
    places = with_figures(
        cells, lambda key: facts.name_of("territories", str(key)), voice.show.money, voice
    )
    yield voice.say(
        "proposal.leads",
        segment=facts.name_of("segments", segment),
        amount=voice.show.money(float(by_segment.iloc[0])),
        share=voice.show.percent(float(by_segment.iloc[0] / by_segment.sum()), 0),
        places=places,
    )


def _process(facts: Facts, voice: Voice) -> Iterator[str]:
    """The coverage standard, and the segment that takes more selling time than it brings sales."""
    segments = facts.scenario.table("segments")
    known_visits = segments.dropna(subset=["visits", "hours_per_visit"])
    if len(known_visits):
        standards = voice.show.join(
            [
                voice.say(
                    "proposal.standard",
                    segment=facts.name_of("segments", str(row["segment"])),
                    visits=voice.show.number(row["visits"], 0 if row["visits"] % 1 == 0 else 1),
                    hours=voice.show.number(row["hours_per_visit"], 1),
                )
                for row in known_visits.to_dict("records")
            ]
        )
        period = voice.say(f"proposal.per.{facts.scenario.calendar.input_period}")
        yield voice.say("proposal.process", period=period, standards=standards)
    shares = signals.time_and_sales(facts)
    if len(shares) > 1 and shares["time"].iloc[0] - shares["sales"].iloc[0] >= LEAST_LEAD:
        yield voice.say(
            "proposal.time_and_sales",
            segment=facts.name_of("segments", str(shares.index[0])),
            time=voice.show.percent(float(shares["time"].iloc[0]), 0),
            sales=voice.show.percent(float(shares["sales"].iloc[0]), 0),
        )


# In the order in which a strategy tells them.
_TOPICS: Mapping[str, Propose] = MappingProxyType(
    {
        "positioning": _positioning,
        "pricing": _pricing,
        "channels": _channels,
        "promotion": _promotion,
        "leads": _leads,
        "process": _process,
        "tools": _tools,
    }
)
TOPICS = tuple(_TOPICS)
