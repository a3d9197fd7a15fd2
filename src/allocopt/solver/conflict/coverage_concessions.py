"""Coverage concessions: hours, units, locks, families, the map and handovers, where they may give way."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from functools import cached_property

from allocopt.locks import RENEWAL_SOON
from allocopt.solver.conflict.concession import (
    BY_WORTH,
    Concession,
    Concessions,
    Way,
    lowered,
    path,
    raised,
)


class CoverageConcessions(Concessions):
    """Limits on who has what."""

    def selling_time(self) -> Iterator[Concession]:
        """Hours of a rep; overtime of all where a rep's hours would move hard bands as well."""
        if not self.problem.workload.hard:
            return
        problem, cost = self.problem, self.problem.workload.overtime_cost
        banded = any(rule.hard or rule.most_outside is not None for rule in problem.balance)
        least = problem.tenures.selling_time.groupby(level="rep").min()
        for (rep, period), rows in self.of("selling_time_limit").items():
            available = float(least[period][rep])
            if available > 0:
                yield Concession(
                    rule="selling_time_limit",
                    item=rep,
                    rows=raised(rows),
                    unit="h",
                    price=cost,
                    priced_by="workload.overtime_cost",
                    way=self._overtime(available) if banded else self._hours(rep, available),
                )

    def _hours(self, rep: str, available: float) -> Way:
        """Hours per input period; ramp and absence take the same share of one more of them."""
        hours = float(self.problem.reps["hours"][rep]) / self.problem.calendar.input_factor
        return Way(hours, hours / available, path("tables", "reps", rep, "hours"))

    def _overtime(self, available: float) -> Way:
        return Way(self.problem.workload.overtime_max, 1 / available, "workload.overtime_max")

    def coverage(self) -> Iterator[Concession]:
        """Units that are left open, for all or a part of the plan."""
        way = Way(settings=("coverage.every_unit=false",), before="covered", after="left open")
        return self._of_units("unit_covered", "unit", lambda _: way)

    def locks(self) -> Iterator[Concession]:
        """Locks that are lifted."""
        return self._of_units("unit_locked", "lock", self._unlocking)

    def _of_units(self, rule: str, thing: str, way: Callable[[str], Way]) -> Iterator[Concession]:
        """A rule that each unit keeps in each of its windows, at what the unit brings there."""
        share = self.problem.windows.weight.mean(axis=1).to_dict()
        for key, rows in self.of(rule).items():
            yield Concession(
                rule=rule,
                item=key[0],
                rows=lowered(rows),
                unit=thing,
                price=self.worth[key[0]] * max(share[key], 1e-3),
                priced_by="what the unit brings",
                way=way(key[0]),
                most=1.0,
            )

    def _unlocking(self, unit: str) -> Way:
        """A lock goes where it was made: decided, before a renewal, or in the table of units."""
        row = self.problem.units.loc[unit]
        setting = path("tables", "units", unit, "lock") + "="
        if row["locked_to"] != row["owner"]:
            setting = path("tables", "overrides", f"lock;;{unit};") + "=remove"
        elif row["lock"] == RENEWAL_SOON:
            setting = path("tables", "units", unit, "renewal") + "="
        return Way(settings=(setting,), before=f"locked to {row['locked_to']}", after="not locked")

    def apart(self) -> Iterator[Concession]:
        """Apart groups that are given up as a whole."""
        for key, rows in self.of("group_apart").items():
            yield Concession(
                rule="group_apart",
                item=key[0],
                rows=raised(rows),
                unit="unit",
                price=self.mean_worth,
                priced_by=BY_WORTH,
                way=self._given_up("apart", key[0], "apart", "may meet at one rep"),
                whole=True,
            )

    def families(self) -> Iterator[Concession]:
        """Families that are given up as a whole."""
        family_of = self.problem.units["family"]
        for key, rows in self.of("family_together").items():
            family = family_of[key[0]]
            for loosened in (raised(rows), lowered(rows)):
                yield Concession(
                    rule="family_together",
                    item=family,
                    rows=loosened,
                    unit="unit",
                    price=self.mean_worth,
                    priced_by=BY_WORTH,
                    way=self._given_up("family", family, "one rep", "several reps"),
                    most=1.0,
                )

    def _given_up(self, column: str, group: str, before: str, after: str) -> Way:
        """A group of units that is a group no more."""
        settings = (
            path("tables", "units", unit, column) + "=" for unit in self._members[column][group]
        )
        return Way(settings=tuple(settings), before=before, after=after)

    @cached_property
    def _members(self) -> dict[str, dict[str, list[str]]]:
        """Units of each group, by the column that names it."""
        units = self.problem.units
        return {
            column: {
                str(name): [str(unit) for unit in members]
                for name, members in units.groupby(column, sort=False).groups.items()
            }
            for column in ("apart", "family")
        }

    def contiguity(self) -> Iterator[Concession]:
        """The rule that a rep's units hang together, given up as a whole; most of its rows come later."""
        if not self.problem.contiguity.hard:
            return
        rows = [row for rows in self.of("units_connected").values() for row in rows]
        way = Way(settings=("contiguity.hard=false",), before="hard", after="not asked")
        yield self.given_up("units_connected", raised(rows), way)

    def handovers(self) -> Iterator[Concession]:
        """Ceilings on handovers, by units, by sales and by the reps touched."""
        rule, demand = self.problem.handover, float(self.problem.demand.to_numpy().sum())
        loss, source = self._loss_of_handover()
        ceilings = self.of("handover_limit")
        if rule.max_units is not None:
            yield Concession(
                rule="handover_limit",
                item="units",
                rows=raised(ceilings.get(("units",), [])),
                unit="unit",
                price=loss,
                priced_by=source,
                way=Way(rule.max_units, 1.0, "handover.max_units"),
                whole=not self.problem.shared_units,
            )
        if rule.max_sales is not None and demand > 0:
            share = rule.max_sales / demand
            yield Concession(
                rule="handover_limit",
                item="sales",
                rows=raised(ceilings.get(("sales",), [])),
                unit="currency",
                price=loss / max(float(rule.sales.mean()), 1e-9),
                priced_by=source,
                way=Way(share, 1 / demand, "handover.max_share_of_sales", most=1.0),
            )
        if rule.max_reps is not None:
            yield Concession(
                rule="touched_limit",
                item="company",
                rows=raised(self.of("touched_limit").get((), [])),
                unit="rep",
                price=loss,
                priced_by=source,
                way=Way(rule.max_reps, 1.0, "handover.max_reps"),
                whole=True,
            )

    def _loss_of_handover(self) -> tuple[float, str]:
        """What a handover loses on average, and what that rests on. [currency]"""
        loss = self.problem.handover.loss
        if len(loss) and loss.mean() > 0:
            return float(loss.mean()), "loss of a handover"
        return self.mean_worth, BY_WORTH
