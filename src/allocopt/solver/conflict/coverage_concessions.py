"""Coverage concessions: hours, units, locks, families, the map and handovers, where they may give way."""

from __future__ import annotations

from collections.abc import Iterator

from allocopt.locks import RENEWAL_SOON
from allocopt.solver.conflict.concession import (
    BY_WORTH,
    Concession,
    Offers,
    Way,
    lowered,
    path,
    raised,
)


class CoverageOffers(Offers):
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
        share = self.problem.windows.weight.mean(axis=1).to_dict()
        way = Way(settings=("coverage.every_unit=false",), before="covered", after="left open")
        for key, rows in self.of("unit_covered").items():
            yield Concession(
                rule="unit_covered",
                item=key[0],
                rows=lowered(rows),
                unit="unit",
                price=self.worth[key[0]] * max(share[key], 1e-3),
                priced_by="what the unit brings",
                way=way,
                most=1.0,
            )

    def locks(self) -> Iterator[Concession]:
        """Locks that are lifted."""
        share = self.problem.windows.weight.mean(axis=1).to_dict()
        for key, rows in self.of("unit_locked").items():
            yield Concession(
                rule="unit_locked",
                item=key[0],
                rows=lowered(rows),
                unit="lock",
                price=self.worth[key[0]] * max(share[key], 1e-3),
                priced_by="what the unit brings",
                way=self._unlocking(key[0]),
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
        members = self.problem.units.groupby("apart", sort=False).groups
        for key, rows in self.of("group_apart").items():
            units = [str(unit) for unit in members[key[0]]]
            yield Concession(
                rule="group_apart",
                item=key[0],
                rows=raised(rows),
                unit="unit",
                price=self.mean_worth,
                priced_by=BY_WORTH,
                way=Way(
                    settings=tuple(path("tables", "units", unit, "apart") + "=" for unit in units),
                    before="apart",
                    after="may meet at one rep",
                ),
                whole=True,
            )

    def families(self) -> Iterator[Concession]:
        """Families that are given up as a whole."""
        family = self.problem.units["family"]
        members = self.problem.units.groupby("family", sort=False).groups
        for key, rows in self.of("family_together").items():
            units = [str(unit) for unit in members[family[key[0]]]]
            way = Way(
                settings=tuple(path("tables", "units", unit, "family") + "=" for unit in units),
                before="one rep",
                after="several reps",
            )
            for loosened in (raised(rows), lowered(rows)):
                yield Concession(
                    rule="family_together",
                    item=family[key[0]],
                    rows=loosened,
                    unit="unit",
                    price=self.mean_worth,
                    priced_by=BY_WORTH,
                    way=way,
                    most=1.0,
                )

    def contiguity(self) -> Iterator[Concession]:
        """The rule that a rep's units hang together, given up as a whole; most of its rows come later."""
        if not self.problem.contiguity.hard:
            return
        rows = [row for rows in self.of("units_connected").values() for row in rows]
        yield Concession(
            rule="units_connected",
            item="company",
            rows=raised(rows),
            unit="rule",
            price=self.mean_worth,
            priced_by=BY_WORTH,
            way=Way(settings=("contiguity.hard=false",), before="hard", after="not asked"),
            whole=True,
            most=1.0,
        )

    def handovers(self) -> Iterator[Concession]:
        """Ceilings on handovers, by units, by sales and by the reps touched."""
        rule, demand = self.problem.handover, float(self.problem.demand.to_numpy().sum())
        loss, source = self._loss_of_handover()
        ceilings = self.of("handover_limit")
        if rule.max_units is not None:
            way = Way(rule.max_units, 1.0, "handover.max_units")
            yield Concession(
                "handover_limit",
                "units",
                raised(ceilings.get(("units",), [])),
                unit="unit",
                price=loss,
                priced_by=source,
                way=way,
                whole=not self.problem.shared_units,
            )
        if rule.max_sales is not None and demand > 0:
            way = Way(rule.max_sales / demand, 1 / demand, "handover.max_share_of_sales", most=1.0)
            sales = max(float(rule.sales.mean()), 1e-9)
            yield Concession(
                "handover_limit",
                "sales",
                raised(ceilings.get(("sales",), [])),
                unit="currency",
                price=loss / sales,
                priced_by=source,
                way=way,
            )
        if rule.max_reps is not None:
            way = Way(rule.max_reps, 1.0, "handover.max_reps")
            yield Concession(
                "touched_limit",
                "company",
                raised(self.of("touched_limit").get((), [])),
                unit="rep",
                price=loss,
                priced_by=source,
                way=way,
                whole=True,
            )

    def _loss_of_handover(self) -> tuple[float, str]:
        """What a handover loses on average, and what that rests on. [currency]"""
        loss = self.problem.handover.loss
        if len(loss) and loss.mean() > 0:
            return float(loss.mean()), "loss of a handover"
        return self.mean_worth, BY_WORTH
