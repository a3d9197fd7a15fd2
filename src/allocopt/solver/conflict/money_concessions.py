"""Money concessions: positions, bands, spend, targets and quotas, where they may give way."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import numpy as np

from allocopt.problem.balance import BalanceRule
from allocopt.problem.budget import BudgetRule
from allocopt.solver.activity import farthest
from allocopt.solver.conflict.concession import (
    BY_WORTH,
    Concession,
    Concessions,
    Way,
    lowered,
    path,
    raised,
)


class MoneyConcessions(Concessions):
    """Limits on people, measures and money."""

    def headcount(self) -> Iterator[Concession]:
        """Open positions beyond the most, or short of the fewest, that are to be filled."""
        rules = {rule.scope: rule for rule in self.problem.headcount}
        places = [scope for scope in rules if scope != "company"]
        for (scope,), rows in self.of("headcount_limit").items():
            section = "headcount" if scope == "company" else f"headcount.by.{places.index(scope)}"
            rule, (cost, source) = rules[scope], self._cost_of_position(rules[scope].reps)
            above = Way(rule.upper, 1.0, f"{section}.max")
            below = Way(rule.lower, -1.0, f"{section}.min")
            more = len(rule.reps) - rule.upper
            for way, loosened, most, price, by in (
                (above, raised(rows), more, cost, source),
                (below, lowered(rows), rule.lower, self.worth_per_rep, BY_WORTH),
            ):
                if most > 0:
                    yield Concession(
                        rule="headcount_limit",
                        item=scope,
                        rows=loosened,
                        unit="position",
                        price=price,
                        priced_by=by,
                        way=way,
                        whole=True,
                        most=most,
                    )

    def _cost_of_position(self, reps: tuple[str, ...]) -> tuple[float, str]:
        """What filling one of these costs on average over the horizon. [currency]"""
        people = self.problem.reps.loc[list(reps)]
        present = self.problem.tenures.presence.sum(axis=1).groupby(level="rep").max()
        yearly = (people["cost"] + people["pay_at_plan"]) * present.reindex(people.index)
        cost = float(yearly.mean()) + self.problem.hire_cost
        return (cost, "cost of the position") if cost > 0 else (self.worth_per_rep, BY_WORTH)

    def bands(self) -> Iterator[Concession]:
        """Hard bands of the balance, and what may lie outside of soft ones."""
        for place, rule in enumerate(self.problem.balance):
            where = f"balance.{place}"
            price, source = self._price_outside(rule, where)
            if rule.most_outside is not None:
                yield Concession(
                    rule="outside_limit",
                    item=rule.measure,
                    rows=raised(self.of("outside_limit").get((rule.measure,), [])),
                    unit=rule.measure,
                    price=price,
                    priced_by=source,
                    way=Way(rule.most_outside, 1.0, f"{where}.most_outside"),
                )
            if rule.hard:
                yield from self._sides_of_band(rule, where, price, source)

    def _price_outside(self, rule: BalanceRule, where: str) -> tuple[float, str]:
        """What one of the measure outside of its band costs, and what that rests on."""
        if rule.price > 0:
            return rule.price, f"{where}.price"
        return sum(self.worth.values()) / max(float(rule.amounts.abs().sum()), 1e-9), BY_WORTH

    def _sides_of_band(
        self, rule: BalanceRule, where: str, price: float, source: str
    ) -> Iterator[Concession]:
        """The floor and the ceiling of each rep: a wider tolerance moves them by the rep's middle."""
        middle_of = rule.middle.groupby(level="rep").min()
        half = float((rule.upper - rule.lower).sum()) / 2
        tolerance = half / max(float(rule.middle.sum()), 1e-12)
        for name, loosen in (("balance_floor", lowered), ("balance_ceiling", raised)):
            for (measure, rep), rows in ((key[:2], rows) for key, rows in self.of(name).items()):
                middle = float(middle_of[rep])
                if measure == rule.measure and middle > 0:
                    yield Concession(
                        rule=name,
                        item=f"{measure}/{rep}",
                        rows=loosen(rows),
                        unit=measure,
                        price=price,
                        priced_by=source,
                        way=Way(tolerance, 1 / middle, f"{where}.tolerance"),
                    )

    def budgets(self) -> Iterator[Concession]:
        """Floors and ceilings of spend: a unit of money costs itself."""
        sections = self._budget_sections()
        for rule in self.problem.budget:
            keys = [(rule.item,), *((rule.item, period) for period in rule.periods)]
            rows = [row for key in keys for row in self.of(rule.rule).get(key, [])]
            section = sections[rule.rule, rule.item, rule.periods]
            total = "total_" if rule.rule in ("budget_total", "lever_budget") else ""
            for end, limit, step, loosened in (
                ("min", rule.lower, -1.0, lowered(rows)),
                ("max", rule.upper, 1.0, raised(rows)),
            ):
                if np.isfinite(limit):
                    yield Concession(
                        rule=rule.rule,
                        item=rule.item,
                        rows=loosened,
                        unit="currency",
                        price=1.0,
                        priced_by="the money itself",
                        way=Way(limit, step, f"{section}.{total}{end}"),
                        most=limit if step < 0 else None,
                    )

    def _budget_sections(self) -> dict[tuple[str, str, tuple[str, ...]], str]:
        """Where each bound on spend is set; bounds of single periods that are alike are one entry."""
        found, entries = {}, []
        for rule in self.problem.budget:
            key = rule.rule, rule.item, rule.periods
            if rule.rule == "budget_total":
                found[key] = "budget"
            elif rule.rule == "lever_budget":
                found[key] = path("tables", "levers", rule.item)
            else:
                same = _entry(rule)
                if same not in entries:
                    entries.append(same)
                found[key] = f"budget.by.{entries.index(same)}"
        return found

    def returns(self) -> Iterator[Concession]:
        """What spend must bring; the row says by how much it falls short."""
        for rule in self.problem.returns:
            section = "budget" if rule.item == "company" else path("tables", "levers", rule.item)
            yield Concession(
                rule="return_floor",
                item=rule.item,
                rows=lowered(self.of("return_floor").get((rule.item,), [])),
                unit="currency",
                price=1.0,
                priced_by="the money itself",
                way=Way(
                    settings=(f"{section}.roi_min=",), before=f"{rule.floor:g}", after="not asked"
                ),
            )

    def targets(self) -> Iterator[Concession]:
        """Floors among the targets."""
        for rule in self.problem.targets:
            yield Concession(
                rule="target_floor",
                item=rule.name,
                rows=lowered(self.of("target_floor").get((rule.name,), [])),
                unit="currency",
                price=rule.price or 1.0,
                priced_by="targets.price" if rule.price else "assumed: one of what is missing",
                way=Way(rule.amount, -1.0, path("tables", "targets", rule.name, "amount")),
            )

    def quotas(self) -> Iterator[Concession]:
        """Bounds of single quotas."""
        rule, factor = self.problem.quota, self.problem.calendar.input_factor
        present = self.problem.tenures.presence.groupby(level="rep").min()
        price = max(rule.fairness, 1e-3)
        for name, side, loosen, step, column in (
            ("quota_floor", rule.lower, lowered, -1.0, "quota_min"),
            ("quota_ceiling", rule.upper, raised, 1.0, "quota_max"),
        ):
            for (rep, period), rows in self.of(name).items():
                share = float(present[period][rep])
                if share > 0:
                    where = path("tables", "reps", rep, column)
                    yield Concession(
                        rule=name,
                        item=rep,
                        rows=loosen(rows),
                        unit="currency",
                        price=price,
                        priced_by="quota.fairness",
                        way=Way(float(side[rep]) / factor, step / share / factor, where),
                    )

    def attainable(self) -> Iterator[Concession]:
        """The probability with which quotas are to be reached, given up as a whole."""
        rows = [row for rows in self.of("quota_attainable").values() for row in rows]
        reach = farthest(self.model)[rows].tolist()
        loosened = tuple((row, 0.0, far) for row, far in zip(rows, reach, strict=True))
        way = Way(settings=("quota.attain_probability=",), before="asked", after="not asked")
        yield self.given_up("quota_attainable", loosened, way)

    def travel(self) -> Iterator[Concession]:
        """The hours that all reps together may travel."""
        rule = self.problem.travel
        if rule is not None and rule.most is not None:
            yield Concession(
                rule="travel_limit",
                item="company",
                rows=raised(self.of("travel_limit").get(("company",), [])),
                unit="h",
                price=self.problem.workload.overtime_cost,
                priced_by="workload.overtime_cost",
                way=Way(rule.most, 1.0, "coverage.travel_max"),
            )


def _entry(rule: BudgetRule) -> tuple[Any, ...]:
    alike = rule.rule == "period_budget"
    return rule.rule, rule.item, rule.lower, rule.upper, () if alike else rule.periods
