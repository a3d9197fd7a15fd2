"""Forms: the sheets that people fill in, for `allocopt whatif PLAN --workbook FILE` to read back."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from types import MappingProxyType
from typing import Any

from allocopt.documents.edits.decisions import Decision, decisions_of
from allocopt.documents.edits.form import CAPACITIES, LIMITS, LOCKS, OVERRIDES, Form
from allocopt.documents.edits.identity import SHEET, Identity
from allocopt.documents.edits.limits import Limit, limits_of
from allocopt.documents.edits.locks import Held, Lock
from allocopt.documents.edits.names import Names
from allocopt.documents.facts import Facts
from allocopt.documents.facts.visibility import PLANNERS
from allocopt.documents.kinds import kind_of
from allocopt.documents.language.formats import known
from allocopt.documents.language.text import known_text
from allocopt.documents.language.voice import Voice
from allocopt.documents.rendering import Rendering
from allocopt.documents.sections.head import fingerprint
from allocopt.documents.workbook.book import WIDEST, Book, width_of
from allocopt.documents.workbook.pages import write_value

# Rows for further decisions.
BLANK_ROWS = 60
# What people may do on a protected sheet beside filling in; no password keeps them from lifting it.
ALLOWED = {
    "autofilter": True,
    "sort": True,
    "format_cells": True,
    "format_columns": True,
    "format_rows": True,
    "insert_rows": True,
}
# Where the names of reps stand on the sheet of the identity.
LIST_COLUMN = 6

Cells = Sequence[str]
Entry = tuple[str, str]


@dataclass(frozen=True)
class Filling:
    """What stands in a form before anybody fills it in: a text of each column in each row."""

    form: Form
    rows: Sequence[Cells]
    blank: int = 0


def write_forms(book: Book, rendering: Rendering, contents: str) -> Iterator[Entry]:
    """Write the forms for those who plan; name and note of each sheet."""
    reader = rendering.request.reader or kind_of(rendering.request.kind).reader
    if reader in PLANNERS:
        fillings = list(fillings_of(rendering.facts, book.voice))
        yield from write_fillings(book, fillings, rendering.facts, contents)


def fillings_of(facts: Facts, voice: Voice) -> Iterator[Filling]:
    """The forms of a plan, or of the part that the facts are about."""
    units, reps = _part(facts)
    if units:
        yield Filling(LOCKS, list(_locks(facts, units, voice)))
    if reps:
        decided = _decided(facts, set(units), set(reps), voice)
        yield Filling(OVERRIDES, list(decided), BLANK_ROWS)
        yield Filling(CAPACITIES, list(_capacities(facts, reps, voice)))
    if facts.extent is None:
        yield Filling(LIMITS, [_limit(limit, facts, voice) for limit in limits_of(facts.scenario)])


def write_fillings(
    book: Book, fillings: Sequence[Filling], facts: Facts, contents: str
) -> Iterator[Entry]:
    """Write forms, and the sheet that says which plan they are of; name and note of each form."""
    reps = Names(facts.scenario.table("reps"), "rep").labels
    others = tuple(sheet.get_name() for sheet in book.file.worksheets())
    names: dict[str, str] = {}
    headings: dict[tuple[str, str], str] = {}
    for filling in fillings:
        form = filling.form
        names[form.name] = _write_form(book, filling, len(reps), contents)
        headings |= {(form.name, name): head for name, head in _heads(form, book.voice).items()}
        yield names[form.name], book.voice.say(f"workbook.form.{form.name}.note")
    inputs = fingerprint(facts.summary.get("hashes", {}))
    plan = str(facts.summary.get("id", ""))
    identity = Identity(plan, inputs, forms=names, headings=headings, others=others)
    _write_identity(book, identity, reps)


def _part(facts: Facts) -> tuple[list[str], list[str]]:
    """Units and reps of the part, in the order of their tables."""
    units = facts.scenario.table("units")["unit"].drop_duplicates().astype(str)
    reps = facts.scenario.table("reps")["rep"].drop_duplicates().astype(str)
    if facts.extent is None:
        return list(units), list(reps)
    inside = facts.extent
    return [u for u in units if u in inside.units], [r for r in reps if r in inside.reps]


def _locks(facts: Facts, units: Sequence[str], voice: Voice) -> Iterator[Cells]:
    held, names = Held(facts.scenario), Names(facts.scenario.table("reps"), "rep")
    planned = facts.table("assignments").groupby("unit", sort=False)["rep"].last()
    for unit in units:
        owner, rep = held.owners[unit], known_text(planned.get(unit, ""))
        lock = held.locks.get(unit)
        yield (
            unit,
            _name(facts, "units", unit),
            names.label(owner) if owner else "",
            names.label(rep) if rep else "",
            "" if lock is None else _lock_text(lock, names, voice),
            *([""] * len(LOCKS.inputs)),
        )


def _name(facts: Facts, table: str, key: str) -> str:
    """The name of a thing that has one besides its key."""
    name = facts.name_of(table, key)
    return "" if name == key else name


def _lock_text(lock: Lock, names: Names, voice: Voice) -> str:
    why = voice.say.get(f"reasons.{lock.reason}", lock.reason)
    rep = names.label(lock.rep)
    if not lock.until:
        return voice.say("workbook.locked", rep=rep, why=why)
    return voice.say("workbook.locked_until", rep=rep, why=why, until=lock.until)


def _decided(facts: Facts, units: set[str], reps: set[str], voice: Voice) -> Iterator[Cells]:
    names = Names(facts.scenario.table("reps"), "rep")
    for one in decisions_of(facts.scenario).values():
        if one.rep in reps or one.unit in units:
            yield _decision(one, names, voice)


def _decision(one: Decision, names: Names, voice: Voice) -> Cells:
    return (
        voice.say(f"workbook.answer.{one.kind}"),
        names.label(one.rep) if one.rep else "",
        one.unit,
        one.period,
        voice.show.number(one.value, 2),
        one.reason,
        one.by,
        voice.show.date(one.expires) if one.expires else "",
        "",
    )


def _capacities(facts: Facts, reps: Sequence[str], voice: Voice) -> Iterator[Cells]:
    table = facts.scenario.table("reps").drop_duplicates("rep")
    rows = {str(row["rep"]): row for row in table.to_dict("records")}
    for rep in reps:
        row = rows[rep]
        start, end = (
            "" if not known_text(row[name]) else voice.show.date(row[name])
            for name in ("start", "end")
        )
        hours = float(row["hours"])
        told = voice.show.number(hours, 0 if hours.is_integer() else 2) if known(hours) else ""
        yield rep, _name(facts, "reps", rep), told, "", start, "", end, ""


def _limit(limit: Limit, facts: Facts, voice: Voice) -> Cells:
    key = f"lever.{limit.setting.rpartition('.')[2]}" if limit.lever else limit.setting
    meaning = voice.say(f"workbook.limit.{key}", lever=facts.name_of("levers", limit.lever))
    now = voice.say("workbook.answer.none")
    if known(limit.now):
        is_share = limit.kind == "share"
        now = (voice.show.percent if is_share else voice.show.number)(limit.now)
    return limit.setting, meaning, now, ""


def _heads(form: Form, voice: Voice) -> dict[str, str]:
    """What stands over the columns of a form."""
    return {
        column.name: voice.say(f"workbook.form.{form.name}.{column.name}")
        for column in form.table.columns
    }


def _write_form(book: Book, filling: Filling, reps: int, contents: str) -> str:
    """Write a form: what to do, its cells, what may stand in them; the sheet's name."""
    form, title = filling.form, book.voice.say(f"workbook.form.{filling.form.name}.title")
    page = book.sheet(title)
    header = book.top(page, title, _steps(form, book.voice), contents)
    heads = _heads(form, book.voice)
    for place, head in enumerate(heads.values()):
        page.write_string(header, place, *book.cell(head)[:1], book.styles.head_of("text"))
    rows = [*filling.rows, *([("",) * len(heads)] * filling.blank)]
    for number, cells in enumerate(rows, start=header + 1):
        for place, (name, cell) in enumerate(zip(heads, cells, strict=True)):
            _write_cell(book, page, (number, place), cell, is_input=name in form.inputs)
    last = header + len(rows)
    for place, name in enumerate(heads):
        if name in form.inputs:
            _validate(book, page, (header + 1, place, last, place), name, reps)
    page.autofilter(header, 0, last, len(heads) - 1)
    page.freeze_panes(header + 1, 1)
    page.repeat_rows(header)
    page.protect("", ALLOWED)
    page.set_tab_color("#bf9000")
    book.widths(page, {k: _width(head, k, rows) for k, head in enumerate(heads.values())})
    return str(page.get_name())


def _steps(form: Form, voice: Voice) -> list[str]:
    own = voice.say.texts[f"workbook.form.{form.name}.steps"]
    return [*map(str, own), voice.say("workbook.form.read_back")]


def _write_cell(book: Book, page: Any, at: tuple[int, int], cell: str, *, is_input: bool) -> None:
    look = book.styles.input if is_input else book.styles.given
    if cell:
        write_value(book, page, *at, cell, **look)
    else:
        page.write_blank(*at, None, book.styles.of(**look))


def _width(head: str, place: int, rows: Sequence[Cells]) -> float:
    shown = [cells[place] for cells in rows[:2_000]]
    least = 14.0 if place else 10.0
    return min(max(width_of([head]) * 0.8, width_of(shown), least), WIDEST)


Rule = Callable[[Book, int], Mapping[str, Any]]


def _reps(_book: Book, reps: int) -> Mapping[str, Any]:
    column = chr(ord("A") + LIST_COLUMN)
    return {"validate": "list", "source": f"={SHEET}!${column}$1:${column}${max(reps, 1)}"}


def _yes_or_no(book: Book, _reps: int) -> Mapping[str, Any]:
    return {
        "validate": "list",
        "source": [book.voice.say("general.yes"), book.voice.say("workbook.answer.no")],
    }


def _kinds(book: Book, _reps: int) -> Mapping[str, Any]:
    say = book.voice.say
    return {"validate": "list", "source": [say(f"workbook.answer.{k}") for k in ("quota", "hours")]}


# What may stand in cells; anything else is asked about, since reading takes more than lists hold.
RULES: Mapping[str, Rule] = MappingProxyType(
    {
        "new_rep": _reps,
        "rep": _reps,
        "lock": _yes_or_no,
        "withdraw": _yes_or_no,
        "kind": _kinds,
    }
)


def _validate(
    book: Book, page: Any, cells: tuple[int, int, int, int], name: str, reps: int
) -> None:
    rule = RULES.get(name)
    if rule is not None:
        page.data_validation(*cells, {**rule(book, reps), "error_type": "warning"})


def _write_identity(book: Book, identity: Identity, reps: Sequence[str]) -> None:
    """The hidden sheet that says what the workbook is, and holds the lists to choose from."""
    page = book.file.add_worksheet(SHEET)
    for row, entry in enumerate(identity.rows()):
        for column, text in enumerate(entry):
            book.text(page, row, column, text)
    for row, rep in enumerate(reps):
        book.text(page, row, LIST_COLUMN, rep)
    page.hide()
