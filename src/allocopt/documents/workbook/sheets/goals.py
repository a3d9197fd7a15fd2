"""Goals: targets, goals as SMART facts, and the key figures of every part of the plan."""

from __future__ import annotations

from collections.abc import Callable

import pandas as pd

from allocopt.documents.facts import Facts
from allocopt.documents.language.measures import KPI_KINDS, measure_name
from allocopt.documents.language.text import known_text
from allocopt.documents.language.voice import Voice
from allocopt.documents.sections.indicators import result_kind, result_name
from allocopt.documents.workbook.sheet import Sheet, sheet_of

# The column that holds what a kind of measure is.
LIKE = {"money": "amount", "share": "probability", "count": "units", "hours": "hours"}


def targets_sheet(facts: Facts, voice: Voice) -> Sheet | None:
    """Each target: what is asked, what the plan reaches and what is missing."""
    rows = facts.table("targets")
    given = facts.scenario.table("targets").drop_duplicates("name").set_index("name")
    more = given.reindex(columns=["measure", "owner", "start", "end"])
    frame = rows.join(more, on="name")
    frame = frame.assign(
        target=frame["name"],
        measure=frame["measure"].map(lambda key: measure_name(known_text(key), voice)),
        like=frame["measure"].map(lambda key: _like(KPI_KINDS.get(known_text(key), "money"))),
    )
    keys = "target measure start end goal planned gap probability owner"
    return sheet_of("targets", keys, frame, voice, like="like")


def kpis_sheet(facts: Facts, voice: Voice) -> Sheet | None:
    """Every key figure: of the whole and its parts, of the plan and its periods."""
    rows = facts.table("kpis")
    measures = rows["kpi"].map(known_text)
    kinds = _told(measures, lambda key: KPI_KINDS.get(key.partition(":")[0], ""))
    frame = rows.assign(kpi=_told(measures, lambda key: measure_name(key, voice)), kind=kinds)
    return _figures("kpis", frame, "kpi scope_name period value", facts, voice)


def results_sheet(facts: Facts, voice: Voice) -> Sheet | None:
    """What came of the plan: each key figure beside what was planned."""
    rows = facts.table("results")
    measures = rows["kpi"].map(known_text)
    frame = rows.assign(
        kpi=_told(measures, lambda key: result_name(key, voice)),
        kind=_told(measures, result_kind),
        planned_value=rows["plan"],
    )
    return _figures("results", frame, "kpi scope_name period value planned_value", facts, voice)


def _figures(name: str, rows: pd.DataFrame, keys: str, facts: Facts, voice: Voice) -> Sheet | None:
    scopes = rows["scope"].map(known_text)
    frame = rows.assign(
        scope_name=_told(scopes, lambda scope: scope_name(scope, facts, voice)),
        like=rows["kind"].map(_like),
    )
    return sheet_of(name, keys, frame, voice, like="like")


def _like(kind: str) -> str:
    """A column that holds what measures of a kind are."""
    return LIKE.get(kind, "value")


def scope_name(scope: str, facts: Facts, voice: Voice) -> str:
    """A scope as people say it: `the whole company`, or the name of its place or rep."""
    if scope in ("", "company"):
        return voice.say("general.company")
    return facts.scope_name(scope)


def _told(keys: pd.Series[str], tell: Callable[[str], str]) -> pd.Series[str]:
    """What is said for each key; asked once for each distinct one."""
    return keys.map({key: tell(key) for key in keys.unique()})
