"""Sentences about people: whose units move, who is hired, whose quota and load change."""

from __future__ import annotations

from collections.abc import Iterator

import pandas as pd

from allocopt.documents.facts import Facts, ratio
from allocopt.documents.language.formats import known
from allocopt.documents.language.text import known_text
from allocopt.documents.language.voice import Voice
from allocopt.documents.sections.differences import holders
from allocopt.review.differences.sentence import Sentence
from allocopt.review.places import place_name
from allocopt.whatif.difference import NOBODY, Difference

# Units that a sentence names.
MOST_NAMED = 3
# A quota that changes by less is told among the smaller ones. [share of quota]
QUOTA_CHANGE = 0.03
# Load beyond selling time by less than this is arithmetic. [share of selling time]
FULL = 1.0 + 1e-6


def moves(difference: Difference, after: Facts, voice: Voice) -> Iterator[Sentence]:
    """Who hands what to whom, with the planned sales of the units."""
    rows = difference.moves
    rows = rows.assign(sales=rows["unit"].map(after.units["sales"]).fillna(rows["demand"]))
    for (giver, taker), group in rows.groupby(["before", "after"], sort=False):
        yield _move(str(giver), str(taker), group, after, voice)


def _move(giver: str, taker: str, group: pd.DataFrame, after: Facts, voice: Voice) -> Sentence:
    said = "open" if taker == NOBODY else "taken" if giver == NOBODY else "moves"
    sales = float(group["sales"].sum())
    names = [after.name_of("units", str(unit)) for unit in group["unit"][:MOST_NAMED]]
    more = len(group) - len(names)
    listed = voice.show.join(names)
    if more:
        listed = voice.say("review.difference.more_units", names=listed, n=more)
    text = voice.say(
        f"review.difference.{said}.{'one' if len(group) == 1 else 'other'}",
        giver=holders(giver, after, voice),
        taker=holders(taker, after, voice),
        units=listed,
        n=len(group),
        sales=voice.show.money(sales),
    )
    mark = f"unit:{group['unit'].iloc[0]}" if len(group) == 1 else f"rep:{taker}"
    return Sentence("move", text, mark, sales, always=taker == NOBODY)


def hires(before: Facts, after: Facts, voice: Voice) -> Iterator[Sentence]:
    """Open positions that are filled now and were not, or no longer are."""
    was, now = before.hires, after.hires
    for rep in now.index.difference(was.index, sort=False):
        row = now.loc[rep]
        yield Sentence(
            "hire",
            voice.say(
                "review.difference.hired",
                rep=after.name_of("reps", str(rep)),
                territory=place_name(known_text(row["territory"]), after, voice),
                day=voice.show.date(row["start"]),
            ),
            f"rep:{rep}",
            _expected(after, str(rep)),
            always=True,
        )
    # Who works there without being hired has not gone.
    for rep in was.index.difference(after.active_reps.index, sort=False):
        name = before.name_of("reps", str(rep))
        text = voice.say("review.difference.not_hired", rep=name)
        yield Sentence("hire", text, f"rep:{rep}", _expected(before, str(rep)), always=True)


def _expected(facts: Facts, rep: str) -> float:
    """What a rep is expected to sell; 0 where that is not known."""
    sales = float(facts.rep_quotas["expected"].get(rep, 0.0))
    return sales if known(sales) else 0.0


def quotas(difference: Difference, after: Facts, voice: Voice) -> Iterator[Sentence]:
    """Quotas that change, of those who have one before and after."""
    for row in difference.quotas.to_dict("records"):
        share = ratio(float(row["after"]), float(row["before"])) - 1
        if not known(share) or not row["after"]:
            continue
        change = float(row["change"])
        yield Sentence(
            "quota",
            voice.say(
                f"review.difference.quota_{'up' if change > 0 else 'down'}",
                rep=after.name_of("reps", str(row["rep"])),
                was=voice.show.money(float(row["before"])),
                now=voice.show.money(float(row["after"])),
                change=voice.show.change(share),
            ),
            f"rep:{row['rep']}",
            abs(change) if abs(share) >= QUOTA_CHANGE else 0.0,
        )


def overloads(before: Facts, after: Facts, voice: Voice) -> Iterator[Sentence]:
    """Reps whose load passes their selling time now and did not, or no longer does."""
    was, now = (one.reps["utilisation"].dropna() for one in (before, after))
    for rep in now.index.intersection(was.index):
        if (now[rep] > FULL) == (was[rep] > FULL):
            continue
        yield Sentence(
            "load",
            voice.say(
                f"review.difference.{'over' if now[rep] > FULL else 'not_over'}",
                rep=after.name_of("reps", str(rep)),
                was=voice.show.percent(float(was[rep]), 0),
                now=voice.show.percent(float(now[rep]), 0),
            ),
            f"rep:{rep}",
            always=bool(now[rep] > FULL),
        )
