"""Quotas: decided amounts, cuts and weights that the tables can serve, pay, targets that fit together."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np
import pandas as pd

from allocopt.checks.overrides import out_of_bounds
from allocopt.checks.subject import Subject, about, plural
from allocopt.config.scope import parse_scope
from allocopt.decided import amounts_in, by_period
from allocopt.errors import Finding, Severity
from allocopt.horizon import company_targets
from allocopt.tables.text import nearest

# Sums of amounts that people have rounded.
ROUNDING = 1e-6
MEND_DECIDED = "change the override, or the bounds"


def check_decided_quotas(subject: Subject) -> Iterator[Finding]:
    """A decided quota is an amount of a rep, within the rep's bounds."""
    rows = subject.decided("quota")
    amounts = amounts_in(rows["value"])
    reps = subject.table("reps").set_index("rep")
    columns = (rows["rep"], rows["unit"], rows["value"], amounts)
    for rep, unit, value, amount in zip(*columns, strict=True):
        if rep == "":
            message = f"the quota of {unit} names no rep"
            yield out_of_bounds(subject, message, "rep", "", "a rep", mend=MEND_DECIDED)
        elif not amount >= 0:
            message = f"{rep} cannot have this quota"
            expected = "an amount of at least 0"
            yield out_of_bounds(subject, message, "value", value, expected, mend=MEND_DECIDED)
        elif rep in reps.index:
            yield from _beyond_bounds(subject, rep, float(amount), reps.loc[rep])


def _beyond_bounds(
    subject: Subject, rep: str, amount: float, bounds: pd.Series[float]
) -> Iterator[Finding]:
    least, most = bounds["quota_min"], bounds["quota_max"]
    if amount < least or amount > most:
        low = "0" if pd.isna(least) else f"{least:,.10g}"
        high = "" if pd.isna(most) else f" to {most:,.10g}"
        message = f"the decided quota of {rep} is outside the rep's bounds"
        expected = f"from {low}{high}, as quota_min and quota_max of {rep} say"
        decided_amount = f"{amount:,.10g}"
        yield out_of_bounds(subject, message, "value", decided_amount, expected, mend=MEND_DECIDED)


def check_decided_total(subject: Subject) -> Iterator[Finding]:
    """Decided quotas leave something of the target to the others."""
    target = _target(subject)
    rows = by_period(subject.decided("quota"), subject.calendar)
    amounts = amounts_in(rows["value"]) * subject.calendar.input_factor
    last = amounts[~rows.duplicated(["rep", "period"], keep="last").to_numpy()]
    most = None if target is None else target * (1 + subject.config.quota.over_assignment)
    if most is not None and last.sum() > most * (1 + ROUNDING):
        yield subject.say(
            Severity.WARNING,
            "overrides",
            f"decided quotas add up to {last.sum():,.10g}, the target of the quotas is {most:,.10g}",
            "value",
            mend="lower them, or raise the target: the others have no quota",
            code="decided-beyond-target",
        )


def _target(subject: Subject) -> float | None:
    """What quotas add up to before over-assignment, where it is given. [currency per horizon]"""
    if subject.config.quota.target is not None:
        return subject.config.quota.target
    found = company_targets(subject.table("targets"), subject.calendar)["amount"]
    return None if found.empty else float(found.iloc[0])


def check_cuts(subject: Subject) -> Iterator[Finding]:
    """A cut needs sales that name what it cuts by."""
    for number, cut in enumerate(subject.config.quota.cuts):
        sources = [subject.table(name) for name in ("demand", "history")]
        if cut != "segment" and not any(table[cut].notna().any() for table in sources):
            yield subject.place("quota", "cuts", number).problem(
                f"quotas cannot be cut by {cut}: no row of demand or history names one",
                expected=f"a column {cut} in history or demand",
                mend=f"fill in the column {cut}, or take the cut out",
                code="cut-without-column",
            )


def check_repeated(subject: Subject) -> Iterator[Finding]:
    """A quota is cut once by each thing, and a tree has each grain once."""
    section = subject.config.quota
    for key, words in (("cuts", section.cuts), ("tree", section.tree)):
        for number, word in enumerate(words):
            if word in words[:number]:
                yield subject.place("quota", key, number).problem(
                    f"quota.{key} names {word} twice",
                    value=word,
                    expected="each word once",
                    mend="take one of the two out",
                    code="repeated-word",
                )


def check_round_to(subject: Subject) -> Iterator[Finding]:
    """The step of rounding is small against the target."""
    step, target = subject.config.quota.round_to, _target(subject)
    if step is not None and target is not None and step > target:
        yield subject.place("quota", "round_to").problem(
            f"quota.round_to {step:,.10g} is larger than the target {target:,.10g}",
            mend="round to a smaller amount",
            code="round-to-beyond-target",
        )


def check_attainable(subject: Subject) -> Iterator[Finding]:
    """A probability needs outcomes of demand: history, or demand with bounds."""
    demand = subject.table("demand")
    bounded = (demand["lower"].notna() & demand["upper"].notna()).any()
    known = bounded if len(demand) else len(subject.table("history")) > 0
    if subject.config.quota.attain_probability is not None and not known:
        yield subject.place("quota", "attain_probability").problem(
            "quota.attain_probability needs to know how demand may come",
            expected="history, or demand with lower and upper",
            mend="give one of them, or take the probability out",
            code="attain-without-outcomes",
        )


def check_quota_weights(subject: Subject) -> Iterator[Finding]:
    """A method or a weight without its data leaves its part to demand."""
    section = subject.config.quota
    weights = (
        section.weights.model_dump() if section.method == "weighted" else {section.method: 1.0}
    )
    history, units = subject.table("history"), subject.table("units")
    known = {
        "history": history["unit"].notna().any(),
        "growth": history["unit"].notna().any(),
        "potential": units["potential"].gt(0).any(),
        "pipeline": subject.table("pipeline")["probability"].gt(0).any(),
    }
    needed = {
        "history": "history by unit",
        "growth": "history by unit",
        "potential": "a potential of the units",
        "pipeline": "deals with a probability in pipeline",
    }
    for source, weight in weights.items():
        if weight > 0 and not known.get(source, True):
            place = subject.place("quota", "weights" if section.method == "weighted" else "method")
            message = f"quotas by {source} need {needed[source]}: split by demand instead"
            yield Finding(
                Severity.WARNING,
                message,
                file=place.file,
                line=place.line,
                code="index-without-data",
            )


def check_pay_at_plan(subject: Subject) -> Iterator[Finding]:
    """A pay curve that does not pay variable pay at attainment 1, and commission beside it."""
    reached, paid = np.array(subject.config.incentive.curve, dtype=float).T
    cap = subject.config.incentive.cap
    share = float(np.interp(1.0, reached, paid)) if reached[0] <= 1 else 0.0
    share = share if cap is None else min(share, cap)
    if abs(share - 1) > ROUNDING and subject.table("reps")["variable_pay"].gt(0).any():
        place = subject.place("incentive", "curve")
        message = f"a met quota pays {share:.0%} of variable_pay: the plan counts with that"
        yield Finding(
            Severity.WARNING, message, file=place.file, line=place.line, code="pay-at-plan"
        )


def check_commission(subject: Subject) -> Iterator[Finding]:
    """Commission goes to a role that somebody has, and its cost at plan is known."""
    table, reps = subject.table("commission"), subject.table("reps")
    roles = set(table["role"].dropna())
    unknown = sorted(roles - set(reps["role"].dropna()))
    if unknown:
        message = f"nobody has {plural(unknown, 'the role', 'roles')} that commission is for"
        yield subject.say(
            Severity.WARNING,
            "commission",
            message,
            "role",
            nearest=nearest(unknown[0], sorted(set(reps["role"].dropna()))),
            code="commission-without-rep",
            **about(unknown),
        )
    paid = reps["role"].isin(roles) if table["role"].notna().all() else reps["rep"].notna()
    without = reps.loc[paid & reps["variable_pay"].isna(), "rep"].tolist() if len(table) else []
    if without:
        message = f"{plural(without, 'rep', 'reps')} on commission without variable_pay: 0 at plan"
        yield subject.say(
            Severity.WARNING,
            "reps",
            message,
            "variable_pay",
            mend="give what commission pays when the quota is met",
            code="commission-without-pay",
            **about(without),
        )


def check_tree(subject: Subject) -> Iterator[Finding]:
    """Targets of parts do not ask for more than the target of the whole, for the same time."""
    targets = subject.table("targets")
    sales = targets[targets["measure"].fillna("sales").isin(["sales", ""])]
    for span, rows in sales.groupby(["start", "end"], sort=False):
        days = " to ".join(f"{day:%Y-%m-%d}" for day in span)
        amounts = {
            str(parse_scope(s)): a
            for s, a in zip(rows["scope"].fillna(""), rows["amount"], strict=True)
        }
        for whole, parts in _parts(subject, list(amounts)):
            total = sum(amounts[part] for part in parts)
            if parts and total > amounts[whole] * (1 + ROUNDING):
                yield _too_much(subject, whole, amounts[whole], total, parts, days)


def _parts(subject: Subject, scopes: list[str]) -> Iterator[tuple[str, list[str]]]:
    """Each scope with those scopes that are the next below it, by kind."""
    for whole in scopes:
        scope = parse_scope(whole)
        if scope.kind == "company":
            for kind in ("territory", "segment", "product", "channel", "rep"):
                own = [one for one in scopes if parse_scope(one).kind == kind]
                yield whole, _outermost(subject, own)
        elif scope.kind == "territory":
            inside = {f"territory={node}" for node in subject.tree.descendants(scope.value)}
            yield whole, _outermost(subject, [one for one in scopes if one in inside])


def _outermost(subject: Subject, scopes: list[str]) -> list[str]:
    """Scopes that lie in no other of them."""
    inner = {
        f"territory={node}"
        for one in scopes
        if one.startswith("territory=")
        for node in subject.tree.descendants(parse_scope(one).value)
    }
    return [one for one in scopes if one not in inner]


def _too_much(
    subject: Subject,
    whole: str,
    amount: float,
    total: float,
    parts: list[str],
    days: str,
) -> Finding:
    # Only a tree needs them to agree; otherwise a part may well be asked for more.
    severity = Severity.PROBLEM if subject.config.quota.tree else Severity.WARNING
    return subject.say(
        severity,
        "targets",
        f"targets of {days} ask for {total:,.10g} in {', '.join(parts[:5])}, and for {amount:,.10g}"
        f" in {whole}",
        "amount",
        value=f"{total:,.10g}",
        expected=f"at most {amount:,.10g}",
        mend="raise the target of the whole, or lower those of its parts",
        code="targets-contradict",
    )
