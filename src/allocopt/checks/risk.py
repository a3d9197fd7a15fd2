"""Risk and contingency: outcomes that can be drawn, levels that mean something, worlds that can be made."""

from __future__ import annotations

from collections.abc import Iterator

from allocopt.checks.settings import names_in
from allocopt.checks.subject import Subject, about, plural
from allocopt.config import apply_settings, read_config
from allocopt.config.contingency import Contingency
from allocopt.config.settings import Setting
from allocopt.errors import ConfigError, Finding, Severity
from allocopt.horizon import company_targets
from allocopt.tables.text import nearest
from allocopt.yaml_source import YamlSource

# Where demand of a contingency may change.
PLACES = ("company", "territory", "segment")


def check_samples(subject: Subject) -> Iterator[Finding]:
    """Outcomes are drawn from history, or from bounds of given demand; something has to be there."""
    asked = subject.config.risk.samples
    if asked < 2:
        return
    history, demand = subject.table("history"), subject.table("demand")
    bounded = demand["lower"].notna() & demand["upper"].notna()
    place = subject.place("risk", "samples")
    if demand.empty and not history.empty:
        return
    if not bounded.any():
        yield place.problem(
            f"risk.samples asks for {asked} outcomes of demand, and nothing says how it may come",
            expected="a history, or lower and upper in demand",
            mend="add the bounds, or take risk.samples out",
            code="no-samples",
        )
        return
    coverage = subject.config.forecast.interval
    message = (
        f"lower and upper of demand are taken to hold in {coverage:.0%} of all cases, and all demand "
        "to be low or high together: assumed"
    )
    yield Finding(
        Severity.ASSUMPTION,
        message,
        file=place.file,
        mend="set forecast.interval to choose another probability",
        code="assumed-samples",
    )


def check_risk(subject: Subject) -> Iterator[Finding]:
    """A price of risk has outcomes to weigh, a tail that is more than one of them, and a target."""
    section = subject.config.risk
    if section.weight == 0:
        return
    if section.samples < 2:
        yield subject.place("risk", "weight").problem(
            "risk.weight weighs the worst outcomes of demand, and there is only the expected one",
            expected="risk.samples of 2 or more",
            mend="set risk.samples, such as 20",
            code="no-outcomes",
        )
        return
    if (1 - section.cvar_level) * section.samples < 1 - 1e-9:
        place = subject.place("risk", "cvar_level")
        yield Finding(
            Severity.WARNING,
            f"the worst {1 - section.cvar_level:.0%} of {section.samples} outcomes are less than one: "
            "only the worst of them counts",
            file=place.file,
            line=place.line,
            position=place.position,
            mend="ask for more risk.samples, or a lower cvar_level",
            code="thin-tail",
        )
    if subject.config.quota.target is None:
        targets = company_targets(subject.table("targets"), subject.calendar)
        if targets.empty:
            message = "no sales target is given: risk is measured against all demand, assumed"
            file = subject.place("risk", "weight").file
            yield Finding(Severity.ASSUMPTION, message, file=file, code="assumed-risk-target")


def check_reactive(subject: Subject) -> Iterator[Finding]:
    """Spend that follows demand needs outcomes to follow."""
    levers = subject.table("levers")
    names = levers.loc[levers["reactive"].fillna(value=False), "lever"].tolist()
    if names and subject.config.risk.samples < 2:
        message = (
            f"{plural(names, 'lever', 'levers')} may react to demand, of which risk.samples asks for "
            "one outcome: it has no effect"
        )
        yield subject.say(
            Severity.WARNING, "levers", message, "reactive", code="idle-reactive", **about(names)
        )


def check_contingency(subject: Subject) -> Iterator[Finding]:
    """Contingencies have names of their own, places that are there, and settings that can be read."""
    taken: set[str] = set()
    for number, contingency in enumerate(subject.config.contingency):
        # Each is saved in a folder of its name, which some disks do not tell from `NAME`.
        if contingency.name.casefold() in taken:
            yield subject.place("contingency", number, "name").problem(
                f"two contingencies are called {contingency.name!r}",
                expected="another name for each",
                code="two-contingencies",
            )
        taken.add(contingency.name.casefold())
        yield from _scope(subject, number, contingency)
        yield from _settings(subject, number, contingency)


def _scope(subject: Subject, number: int, contingency: Contingency) -> Iterator[Finding]:
    scope, place = contingency.scope, subject.place("contingency", number, "scope")
    if scope.kind not in PLACES:
        yield place.problem(
            f"demand cannot change by {scope.kind}",
            value=str(scope),
            expected=f"one of {', '.join(PLACES)}",
            code="scope-kind",
        )
    elif (known := names_in(subject, scope)) and scope.value not in known:
        yield place.problem(
            f"there is no {scope}",
            nearest=nearest(scope.value, sorted(known)),
            code="unknown-reference",
        )


def _settings(subject: Subject, number: int, contingency: Contingency) -> Iterator[Finding]:
    """What is wrong with the configuration after the changes of a contingency."""
    place = subject.place("contingency", number, "set")
    given = YamlSource(subject.config.model_dump(mode="json", exclude_unset=True))
    settings = [Setting(path, value, place) for path, value in contingency.changes]
    try:
        read_config(apply_settings(given, [s for s in settings if not s.changes_table]))
    except ConfigError as error:
        yield from error.findings
