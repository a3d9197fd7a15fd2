"""Since: what is otherwise than in the version before, and how earlier versions saw the year."""

from __future__ import annotations

import csv
import io
import json
from collections.abc import Iterator
from dataclasses import dataclass, replace
from math import nan

from allocopt.documents.blocks import Block, columns
from allocopt.documents.facts import Facts, ratio
from allocopt.documents.facts.input_changes import input_changes
from allocopt.documents.language.formats import known
from allocopt.documents.sections.changes import differences_since, why_changed
from allocopt.errors import StoreError
from allocopt.plan import SUMMARY
from allocopt.review.address import with_options
from allocopt.review.panels import Panel, actions, grid, panel, row
from allocopt.review.view import View
from allocopt.store import Version, file_of

# Versions before this one whose view of the year is told.
MOST_VERSIONS = 6


def since_panel(view: View) -> Panel | None:
    """What changed since the version that this one follows, and why."""
    before = _before(view)
    if before is None:
        return None
    say, earlier = view.voice.say, view.record.lineage[0].id
    # Kept with the version before, which is there as the person may see it.
    kept = (
        f"since {view.record.version.id} {view.person.reader} {view.facts.subject} {say.language}"
    )
    blocks = before.once(kept, lambda: _blocks(before, view))
    compare = view.address + "/versions" + with_options({}, {"a": earlier})
    link = (say("review.opening.compare", version=earlier), compare)
    return panel("since", say("changes.title"), [*blocks, actions([link])])


def _blocks(before: Facts, view: View) -> list[Block | None]:
    """Why the plan changed, and what is otherwise in it."""
    facts = replace(view.facts, before=before)
    why = why_changed(input_changes(before, facts), before, facts, view.voice)
    return [why, *differences_since(before, facts, view.voice)]


def _before(view: View) -> Facts | None:
    """The version that this one follows, as the person may see it; None where it is not stored."""
    if not view.record.lineage:
        return None
    try:
        return view.archive.facts(view.record.lineage[0].id)
    except StoreError:
        return None


@dataclass(frozen=True)
class Sight:
    """How a version saw the year: what it planned, what had come, and where it would land. [currency]"""

    version: str
    through: str
    plan: float
    to_date: float = nan
    attained: float = nan
    landing: float = nan
    lower: float = nan
    upper: float = nan


def sights_panel(view: View) -> Panel | None:
    """How this version and those before it saw the year, the first one first."""
    seen = list(_sights(view))
    if len(seen) < 2:
        return None
    say, show = view.voice.say, view.voice.show
    rows = [
        row(
            [
                one.version,
                show.period(one.through) if one.through else say("review.opening.at_first"),
                show.money(one.plan),
                show.money(one.to_date),
                show.percent(one.attained),
                show.money(one.landing),
                _interval(one, view),
                show.change(ratio(one.landing, one.plan) - 1),
            ],
            badge=say("review.opening.this") if one.version == view.record.version.id else "",
        )
        for one in seen
    ]
    heads = [
        (say("review.opening.version"), "text"),
        (say("review.opening.through"), "text"),
        *columns("#planned #to_date #attained #landing", view.voice),
        (say("review.opening.interval"), "number"),
        (say("review.opening.on_plan"), "number"),
    ]
    title = say("review.opening.sights")
    return panel("sights", title, [grid(title, heads, rows)])


def _interval(one: Sight, view: View) -> str:
    if not known(one.lower):
        return view.voice.show.unknown
    low, high = view.voice.show.money(one.lower), view.voice.show.money(one.upper)
    return view.voice.say("general.from_to", first=low, last=high)


def _sights(view: View) -> Iterator[Sight]:
    versions = [view.record.version, *view.record.lineage[:MOST_VERSIONS]]
    for version in reversed(versions):
        sight = _sight(version, view)
        if sight is not None:
            yield sight


def _sight(version: Version, view: View) -> Sight | None:
    """What the files of a version say of the year, without loading its plan."""
    try:
        summary = json.loads(file_of(view.archive.room.store, version.id, SUMMARY))
    except StoreError:
        return None
    closed = summary.get("review", {}).get("closed") or [""]
    own = [row for row in _rows(version, "performance.csv", view) if row["grain"] == "year"]
    if not own:
        planned = [
            row
            for row in _rows(version, "kpis.csv", view)
            if row["kpi"] == "sales" and not row["period"]
        ]
        amount = _number(planned[0]["value"]) if planned else nan
        return Sight(version.id, "", amount)
    last = own[-1]
    names = ("year_plan", "ytd_actual", "ytd_attainment", "landing")
    bounds = ("landing_lower", "landing_upper")
    return Sight(version.id, closed[-1], *(_number(last.get(name)) for name in (*names, *bounds)))


def _rows(version: Version, path: str, view: View) -> list[dict[str, str]]:
    """Rows of one of a version's tables about all that the person looks at."""
    try:
        text = file_of(view.archive.room.store, version.id, path).decode()
    except StoreError:
        return []
    subject = view.facts.subject
    rows = csv.DictReader(io.StringIO(text))
    return [row for row in rows if _is_about(row, subject.kind, subject.key)]


def _is_about(row: dict[str, str], kind: str, key: str) -> bool:
    """Whether a row is about a part; scopes are a column of their own, or hold the item, too."""
    if "item" in row:
        return (row["scope"], row["item"]) == (kind, key)
    return row["scope"] == (f"{kind}={key}" if key else kind)


def _number(text: str | None) -> float:
    return float(text) if text else nan
