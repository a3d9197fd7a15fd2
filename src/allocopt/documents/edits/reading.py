"""Reading: a workbook that people have edited becomes what they decided."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path

from allocopt.documents.edits.capacities import capacity_edits
from allocopt.documents.edits.decisions import decision_edits
from allocopt.documents.edits.edit import Edit, Edits
from allocopt.documents.edits.filled import Filled, fill
from allocopt.documents.edits.form import CAPACITIES, FORMS, LIMITS, LOCKS, OVERRIDES, Form
from allocopt.documents.edits.identity import FORMAT, SHEET, Identity, identity_of
from allocopt.documents.edits.limits import limit_edits
from allocopt.documents.edits.locks import lock_edits
from allocopt.documents.edits.names import Names
from allocopt.documents.language.text import known_text
from allocopt.documents.sections.head import fingerprint
from allocopt.errors import DataError, Finding, Severity, problems
from allocopt.plan import Plan
from allocopt.scenario import Scenario
from allocopt.tables import RawTable, TableSource
from allocopt.tables.headers import Heading, read_heading
from allocopt.tables.prescan import Archive, open_archive
from allocopt.tables.text import header_key
from allocopt.tables.workbook import raw_sheets

# What a formula is whose result was not stored with it.
UNSTORED = "formula-without-value"


def read_edits(path: Path, plan: Plan, scenario: Scenario, *, anyway: bool = False) -> Edits:
    """What differs from a plan's scenario in the workbook that was written of it.

    Only cells that people fill in are read. `anyway`: the workbook may be of another plan.

    Raises:
        DataError: all that is wrong, each with its sheet and cell; or it is no workbook of this plan.
    """
    archive = _opened(path)
    identity = _identity(archive)
    _refuse_other(identity, plan, path.name, anyway=anyway)
    forms, findings, notes = _forms(archive, identity)
    edits = list(_edits(forms, scenario, findings))
    findings += _contradictions(edits)
    if problems(findings):
        raise DataError(dict.fromkeys(problems(findings)))
    return Edits(tuple(edits), tuple(notes))


def _opened(path: Path) -> Archive:
    try:
        data = path.read_bytes()
    except OSError as error:
        raise DataError([_problem(path.name, f"cannot be read: {error.strerror}")]) from None
    return open_archive(data, path.name)


def _identity(archive: Archive) -> Identity:
    """What the workbook says it is."""
    if SHEET not in archive.sheets:
        mend = "edit the workbook that `allocopt render PLAN --format xlsx` writes"
        message = f"has no sheet {SHEET!r} that says which plan it is of"
        raise DataError([_problem(archive.file, message, mend=mend)])
    sheets, findings = raw_sheets(archive, [SHEET])
    if problems(findings):
        raise DataError(findings)
    cells = sheets[SHEET].cells.reindex(columns=range(4))
    return identity_of([[known_text(cell) for cell in row] for row in cells.to_numpy()])


def _refuse_other(identity: Identity, plan: Plan, file: str, *, anyway: bool) -> None:
    """Raises DataError for a workbook that this plan was not written into."""
    if identity.format != FORMAT:
        message = f"has the format {identity.format or '?'} of another version of allocopt"
        raise DataError([_problem(file, message, mend="write it again, and enter the edits there")])
    own = {
        "plan": str(plan.summary["id"]),
        "inputs": fingerprint(plan.summary.get("hashes", {})),
    }
    theirs = {"plan": identity.plan, "inputs": identity.inputs}
    if own == theirs or anyway:
        return
    what = "another plan" if own["plan"] != theirs["plan"] else "other inputs"
    message = f"is of {what}: plan {theirs['plan']}, inputs {theirs['inputs']}"
    expected = f"plan {own['plan']}, inputs {own['inputs']}"
    mend = "name that plan, or add --anyway to take the edits over by name"
    raise DataError([_problem(file, message, expected=expected, mend=mend)])


def _forms(
    archive: Archive, identity: Identity
) -> tuple[dict[str, Filled], list[Finding], list[str]]:
    """The forms that the workbook has, what is wrong in them, and which are not there."""
    known = [name for name in archive.sheets if name not in (SHEET, *identity.others)]
    sheets, findings = raw_sheets(archive, known)
    found: dict[str, Filled] = {}
    said = [_as_problem(one) for one in findings]
    for form in FORMS.values():
        raw = _sheet_of(form, sheets, identity)
        if raw is not None:
            filled, wrong = fill(form, raw, _heading(form, raw, identity))
            found[form.name] = filled
            said += wrong
    missing = [identity.forms[name] for name in identity.forms if name not in found]
    return found, said, [f"The workbook has no sheet {name!r} any more." for name in missing]


def _as_problem(finding: Finding) -> Finding:
    """Edits whose result nobody knows are no edits."""
    if finding.code != UNSTORED:
        return finding
    mend = "open the workbook in Excel or LibreOffice and save it"
    return _problem(finding.file, "has formulas without a stored value", mend=mend)


def _sheet_of(form: Form, sheets: Mapping[str, RawTable], identity: Identity) -> RawTable | None:
    """The sheet of a form: by the name that it was given, by its own, else by its headings."""
    names = (identity.forms.get(form.name, ""), form.table.name, form.table.zh)
    keys = [header_key(name) for name in names if name]
    for key in keys:
        for name, raw in sheets.items():
            if header_key(name) == key and len(raw.rows):
                return raw
    taken = set(identity.forms.values())
    for name, raw in sheets.items():
        if name not in taken and len(raw.rows) and _fits(form, raw, identity):
            return raw
    return None


def _fits(form: Form, raw: RawTable, identity: Identity) -> bool:
    """Whether a sheet has all that people fill in of a form."""
    found = set(_heading(form, raw, identity).known.values())
    return {*form.inputs, *form.table.required} <= found


def _heading(form: Form, raw: RawTable, identity: Identity) -> Heading:
    """The header row, whose words are those of the workbook and our own."""
    words = {
        f"{form.name}.{column}": [heading]
        for (name, column), heading in identity.headings.items()
        if name == form.name
    }
    return read_heading(raw, form.table, TableSource(), words)


def _edits(
    forms: Mapping[str, Filled], scenario: Scenario, findings: list[Finding]
) -> Iterator[Edit]:
    reps = Names(scenario.table("reps"), "rep")
    if LOCKS.name in forms:
        yield from lock_edits(forms[LOCKS.name], scenario, reps, findings)
    if OVERRIDES.name in forms:
        yield from decision_edits(forms[OVERRIDES.name], scenario, reps, findings)
    if CAPACITIES.name in forms:
        yield from capacity_edits(forms[CAPACITIES.name], scenario, reps, findings)
    if LIMITS.name in forms:
        yield from limit_edits(forms[LIMITS.name], scenario, findings)


def _contradictions(edits: Sequence[Edit]) -> Iterator[Finding]:
    """Reps whose hours are both set and decided for all periods: nobody can tell which are meant."""
    decided = {edit.added["rep"] for edit in edits if _decides_all_hours(edit) and edit.added}
    for edit in edits:
        if edit.what == "hours" and edit.added is None and edit.item in decided:
            yield _problem(
                edit.settings[0].place.file,
                f"sets the hours of {edit.item}, and the overrides decide them as well",
                expected="one of the two",
            )


def _decides_all_hours(edit: Edit) -> bool:
    row = edit.added or {}
    return row.get("kind") == "hours" and "rep" in row and "period" not in row


def _problem(file: str, message: str, *, expected: str = "", mend: str = "") -> Finding:
    return Finding(
        Severity.PROBLEM, message, file=file, expected=expected, mend=mend, code="workbook-edits"
    )
