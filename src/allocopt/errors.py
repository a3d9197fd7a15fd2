"""Everything that can go wrong, as one tree.

    AllocoptError
    ├── DataError        findings in the tables: file, row, column, value, expected
    ├── ConfigError      findings in scenario.yaml: file:line:column, nearest known key
    ├── ForecastError    which series cannot be forecast, and why
    ├── StoreError       stored versions that cannot be read or written
    │   ├── NotStored       the store has no such version
    │   ├── StoreConflict   somebody else has saved in the meantime: who, what and when
    │   └── NotAllowed      a change of state that a role or a state does not allow, and who may
    └── PlanError
        ├── Infeasible      the rules in conflict, and the cheapest way out
        ├── NoPlanInTime    the time limit came before a first plan
        ├── SolverFailed    the solver gave up: neither a plan nor a proof that there is none
        └── AuditFailed     a plan that breaks its own rules: an error of ours

A `Finding` is one thing to tell the user about the input. Reading collects findings and never stops at
the first one; only when all tables are read are the problems among them raised together.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import asdict, dataclass
from enum import StrEnum


class Severity(StrEnum):
    """How much a finding matters."""

    PROBLEM = "problem"  # must be mended before a plan can be made
    WARNING = "warning"  # a plan can be made, but somebody should look
    ASSUMPTION = "assumption"  # a default that drives money or people
    NOTICE = "notice"  # what reading did: skipped a title row, matched a header


@dataclass(frozen=True, slots=True)
class Finding:
    """One thing to tell the user about a table or the configuration.

    `row` is the row as the user sees it in the file (the header is row 1); None when the finding is about
    a column or a file. `value` is the text as it stands in the file. `expected` says what is right there,
    `mend` what to do, `nearest` the closest valid value when there is one.
    """

    severity: Severity
    message: str
    file: str = ""
    row: int | None = None
    column: str = ""
    value: str = ""
    expected: str = ""
    nearest: str = ""
    mend: str = ""
    code: str = ""  # stable short name, such as `unknown-reference`
    line: int | None = None  # configuration only: 1-based
    position: int | None = None  # configuration only: column in the line, 1-based
    count: int = 1  # how many rows this finding stands for
    names: tuple[str, ...] = ()  # the first of the things that it is about

    @property
    def where(self) -> str:
        """`file:line:column` for the configuration, `file, row n, column "c"` for a table."""
        if self.line is not None:
            return f"{self.file}:{self.line}:{self.position or 1}"
        parts = [self.file] if self.file else []
        if self.row is not None:
            parts.append(f"row {self.row}")
        if self.column:
            parts.append(f'column "{self.column}"')
        return ", ".join(parts)

    def sentence(self) -> str:
        """The finding in one line: where, what, what was expected and how to mend it."""
        text = f"{self.where}: {self.message}" if self.where else self.message
        if self.value:
            text += f" (found {self.value!r})"
        if self.expected:
            text += f"; expected {self.expected}"
        if self.nearest:
            text += f"; did you mean {self.nearest!r}?"
        if self.mend:
            text += f" → {self.mend}"
        return text

    def as_dict(self) -> dict[str, object]:
        """All fields, for `--json`."""
        return {**asdict(self), "severity": self.severity.value}


class AllocoptError(Exception):
    """Base of every error that allocopt raises on purpose."""


class InputError(AllocoptError):
    """The input cannot be used; `findings` lists every reason at once."""

    def __init__(self, findings: Iterable[Finding]) -> None:
        self.findings = tuple(findings)
        super().__init__("\n".join(finding.sentence() for finding in self.findings))


class DataError(InputError):
    """Problems in the tables of a scenario."""


class ConfigError(InputError):
    """Problems in scenario.yaml or in `--set`."""


class ForecastError(AllocoptError):
    """A series cannot be forecast."""


class StoreError(AllocoptError):
    """The store of plans cannot be used, or does not hold what is asked for."""


class NotStored(StoreError):  # noqa: N818 - reads like its siblings
    """The store holds no version of this name."""


class StoreConflict(StoreError):  # noqa: N818 - reads like its siblings
    """Somebody else has saved in the meantime; nothing of either is lost.

    `since` are the ids of the versions that were saved since, the oldest first.
    """

    def __init__(self, message: str, since: Sequence[str] = ()) -> None:
        self.since = tuple(since)
        super().__init__(message)


class NotAllowed(StoreError):  # noqa: N818 - reads like its siblings
    """Neither role nor state allow this change; says who may.

    `cause` names the rule that stands against it, `told` has the names in the message, so that it can be
    said in other languages: `role` (own, roles, people), `state` (state, states), `own-plan` (people),
    `no-words`, `unsigned`, `not-signer`, `signed`, `latest`.
    """

    def __init__(self, message: str, cause: str = "", **told: Sequence[str]) -> None:
        self.cause = cause
        self.told = {name: tuple(values) for name, values in told.items()}
        super().__init__(message)


class PlanError(AllocoptError):
    """No plan can be given."""


class NoPlanInTime(PlanError):  # noqa: N818 - a word of the contract
    """The time limit came before a first plan was found."""


class SolverFailed(PlanError):  # noqa: N818 - reads like its siblings
    """The solver ended without a plan, without a proof that there is none, and before the time limit."""


class AuditFailed(PlanError):  # noqa: N818 - a word of the contract
    """The plan that was found breaks a rule when it is recomputed; never shown as a plan."""

    def __init__(self, violations: Iterable[str]) -> None:
        self.violations = tuple(violations)
        super().__init__("The plan fails its audit:\n" + "\n".join(self.violations))


@dataclass(frozen=True, slots=True)
class Conflict:
    """One rule that takes part in a conflict, with the things it binds.

    `kind`: a `hard` limit that somebody set; a `priced` rule, which clashes only where it ends; `fixed`, a
    fact or a promise. `softer` says how it could be made to give way at a price.
    """

    rule: str
    sentence: str
    items: tuple[str, ...]
    detail: str = ""
    kind: str = "hard"
    softer: str = ""


@dataclass(frozen=True, slots=True)
class Relaxation:
    """A limit that gives way, and the settings (`key=value` of `--set`) that let it.

    `before` and `after` are the limit as it is set; by `amount` [`unit`] in all the rule is not kept as it
    stands, which costs `price` [currency]; `priced_by` says what that rests on.
    """

    rule: str
    items: tuple[str, ...]
    before: float | str
    after: float | str
    amount: float
    unit: str
    price: float
    priced_by: str
    settings: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class WayOut:
    """The cheapest relaxation that was found: with all of its steps there is a plan.

    `price` [currency] of them; no way out costs less than `least`.
    """

    steps: tuple[Relaxation, ...]
    price: float
    least: float

    @property
    def settings(self) -> tuple[str, ...]:
        """All settings, each once."""
        return tuple(dict.fromkeys(text for step in self.steps for text in step.settings))


class Infeasible(PlanError):  # noqa: N818 - a word of the contract
    """No plan can keep all hard rules; `conflicts` names those that clash.

    `way_out` is the cheapest relaxation, where one was found; `priced` names the soft rules, which give
    way by themselves.
    """

    def __init__(
        self,
        summary: str,
        conflicts: Iterable[Conflict] = (),
        *,
        proven: bool = True,
        way_out: WayOut | None = None,
        priced: Iterable[str] = (),
    ) -> None:
        self.summary = summary
        self.conflicts = tuple(conflicts)
        self.proven = proven
        self.way_out = way_out
        self.priced = tuple(priced)
        super().__init__(summary)


def problems(findings: Iterable[Finding]) -> tuple[Finding, ...]:
    """Those findings that must be mended first."""
    return tuple(finding for finding in findings if finding.severity is Severity.PROBLEM)
