"""Money concessions: positions, bands, spend, targets and quotas, where they may give way."""

from __future__ import annotations

from collections.abc import Iterator
from functools import cached_property
from typing import Any

import numpy as np

from allocopt.problem.budget import BudgetRule
from allocopt.solver.conflict.concession import (
    BY_WORTH,
    Concession,
    Offers,
    Way,
    lowered,
    path,
    raised,
    reach_of,
)


class MoneyOffers(Offers):
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
                        "headcount_limit", scope, loosened, "position", price, by, way, True, most
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
            total = max(float(rule.amounts.abs().sum()), 1e-9)
            default = sum(self.worth.values()) / total, BY_WORTH
            price, by = (rule.price, f"balance.{place}.price") if rule.price > 0 else default
            where = f"balance.{place}"
            if rule.most_outside is not None:
                rows = self.of("outside_limit").get((rule.measure,), [])
                way = Way(rule.most_outside, 1.0, f"{where}.most_outside")
                yield Concession(
                    "outside_limit", rule.measure, raised(rows), rule.measure, price, by, way
                )
            if not rule.hard:
                continue
            middle = ((rule.upper + rule.lower) / 2).abs().groupby(level="rep").min()
            half = (rule.upper - rule.lower) / 2
            tolerance = float(
                (half.sum()) / max(float(((rule.upper + rule.lower) / 2).abs().sum()), 1e-12)
            )
            for name, loosen in (("balance_floor", lowered), ("balance_ceiling", raised)):
                for key, rows in self.of(name).items():
                    if key[0] == rule.measure and middle[key[1]] > 0:
                        way = Way(tolerance, 1 / float(middle[key[1]]), f"{where}.tolerance")
                        yield Concession(
                            name,
                            f"{rule.measure}/{key[1]}",
                            loosen(rows),
                            rule.measure,
                            price,
                            by,
                            way,
                        )

    def budgets(self) -> Iterator[Concession]:
        """Floors and ceilings of spend: a unit of money costs itself."""
        sections = self._budget_sections()
        for rule in self.problem.budget:
            keys = [(rule.item,), *((rule.item, period) for period in rule.periods)]
            rows = [row for key in keys for row in self.of(rule.rule).get(key, [])]
            section = sections[rule.rule, rule.item, rule.periods]
            ends = ("total_min", "total_max") if rule.rule == "lever_budget" else ("min", "max")
            ends = ("total_min", "total_max") if rule.rule == "budget_total" else ends
            for end, limit, step, loosened in (
                (ends[0], rule.lower, -1.0, lowered(rows)),
                (ends[1], rule.upper, 1.0, raised(rows)),
            ):
                if np.isfinite(limit):
                    way = Way(limit, step, f"{section}.{end}")
                    most = limit if step < 0 else None
                    yield Concession(
                        rule.rule,
                        rule.item,
                        loosened,
                        "currency",
                        1.0,
                        "the money itself",
                        way,
                        most=most,
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
        """Bounds of single quotas, and the probability with which they are to be reached."""
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
                    way = Way(float(side[rep]) / factor, step / share / factor, where)
                    yield Concession(
                        name, rep, loosen(rows), "currency", price, "quota.fairness", way
                    )
        rows = [row for rows in self.of("quota_attainable").values() for row in rows]
        yield Concession(
            rule="quota_attainable",
            item="company",
            rows=tuple((row, 0.0, self._farthest[row]) for row in rows),
            unit="rule",
            price=self.mean_worth,
            priced_by=BY_WORTH,
            way=Way(settings=("quota.attain_probability=",), before="asked", after="not asked"),
            whole=True,
            most=1.0,
        )

    @cached_property
    def _farthest(self) -> dict[int, float]:
        """By row, the farthest that it can be from its limit."""
        reach = reach_of(self.model)
        return dict(enumerate(reach.tolist()))

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
