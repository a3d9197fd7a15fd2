"""Rules: every limit of the plan with its slack, and the soft rules that are not kept."""

from __future__ import annotations

import pandas as pd

from allocopt.documents.facts import Facts
from allocopt.documents.facts.binding import item_name, rule_sentence
from allocopt.documents.language.text import known_text
from allocopt.documents.language.voice import Voice
from allocopt.documents.workbook.sheet import Sheet, sheet_of


def limits_sheet(facts: Facts, voice: Voice) -> Sheet | None:
    """Each limit: what is used of it, what is left, and what one more would bring; what binds first."""
    rows = facts.table("limits")
    binds = rows.index.isin(facts.binding.index)
    frame = _told(rows, facts, voice).assign(
        binds=pd.Series(binds, rows.index).map({True: voice.say("general.yes"), False: ""}),
        least=rows["lower"],
        most=rows["upper"],
        one_more=rows["value_of_one_more"],
        first=~binds,
    )
    frame = frame.sort_values("first", kind="stable")
    keys = "sentence where period activity least most slack binds one_more"
    return sheet_of("limits", keys, frame, voice)


def shortfalls_sheet(facts: Facts, voice: Voice) -> Sheet | None:
    """Each soft rule that is not kept: by how much, and what that costs; the dearest first."""
    rows = facts.shortfalls
    frame = _told(rows, facts, voice).assign(missing=rows["amount"])
    return sheet_of("shortfalls", "sentence where period missing price cost", frame, voice)


def _told(rows: pd.DataFrame, facts: Facts, voice: Voice) -> pd.DataFrame:
    """Rules in their sentence and items by their names."""
    rules = {rule: rule_sentence(rule, facts, voice) for rule in rows["rule"].unique()}
    items = {item: item_name(item, facts, voice) for item in rows["item"].map(known_text).unique()}
    return rows.assign(
        sentence=rows["rule"].map(rules), where=rows["item"].map(known_text).map(items)
    )
