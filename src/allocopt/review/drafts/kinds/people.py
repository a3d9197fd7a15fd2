"""Changes of people: their hours, a rep more, a rep less."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence

import pandas as pd

from allocopt.documents.edits.names import Names
from allocopt.review.drafts.change import Change
from allocopt.review.drafts.kinds.field import Field
from allocopt.review.drafts.kinds.ground import Basis, Ground
from allocopt.review.drafts.kinds.kind import (
    Entry,
    Kind,
    given,
    is_hidden,
    not_there,
    number_of,
)
from allocopt.row_changes import ADD, REMOVE
from allocopt.whatif.people import departures
from allocopt.whatif.positions import median_of

CHANGED = "what-if"


def rep_field(ground: Ground) -> Field:
    """The rep whom a change is about."""
    return Field("rep", "name", names=ground.rep_names)


def per_period(ground: Ground, what: str) -> str:
    """Hours or money per period of the tables."""
    period = ground.voice.say(f"review.change.period.{ground.scenario.calendar.input_period}")
    return ground.voice.say(f"review.change.per.{what}", period=period)


def day_field(name: str, ground: Ground) -> Field:
    """A day of the plan; blank = from its start."""
    return Field(name, "day", optional=True)


def outside_plan(text: str, ground: Ground) -> str:
    """What is wrong with a day that is not planned; "" where nothing is."""
    calendar, show = ground.scenario.calendar, ground.voice.show
    if not text or calendar.plan_start <= pd.Timestamp(text) <= calendar.plan_end:
        return ""
    first, last = show.date(calendar.plan_start), show.date(calendar.plan_end)
    return ground.voice.say("review.change.wrong.outside", first=first, last=last)


class Hours(Kind):
    """Selling time of a rep, in all or from a day on."""

    name, group = "hours", "people"

    def is_offered(self, ground: Ground) -> bool:
        """Where there are reps."""
        return len(ground.reps) > 0

    def fields(self, ground: Ground) -> Sequence[Field]:
        """The rep, the hours and the day from which they hold."""
        hours = Field("hours", "amount", unit=per_period(ground, "hours"), most=10_000.0)
        return (rep_field(ground), hours, day_field("from", ground))

    def refused(self, values: Mapping[str, str], ground: Ground) -> dict[str, str]:
        """A day that is not planned."""
        wrong = outside_plan(values.get("from", ""), ground)
        return {"from": wrong} if wrong else {}

    def about(self, change: Change) -> tuple[str, ...]:
        """The rep, and the day where there is one."""
        return (self.name, change["rep"], change["from"])

    def settings(self, change: Change, basis: Basis) -> Iterator[Entry]:
        """The rep's hours; from a day on a decision for each period that starts no earlier."""
        hours = number_of(change["hours"])
        if not change["from"]:
            yield ("override", "reps", change["rep"], "hours"), hours
            return
        calendar = basis.scenario.calendar
        first = calendar.start(pd.Timestamp(change["from"]))
        told = {"kind": "hours", "rep": change["rep"], "value": change["hours"], "reason": CHANGED}
        rows = [
            {**told, "period": f"{start:%Y-%m-%d}"} for start in calendar.starts if start >= first
        ]
        yield ("override", "overrides", ADD), rows

    def sentence(self, change: Change, ground: Ground) -> str:
        """The rep's hours before and now."""
        show, say = ground.voice.show, ground.voice.say
        was = ground.row("reps", "rep", change["rep"]).get("hours", float("nan"))
        since = "_from" if change["from"] else ""
        return say(
            f"review.change.said.hours{since}",
            rep=ground.facts.name_of("reps", change["rep"]),
            was=show.number(was, 0 if was % 1 == 0 else 1),
            now=show.number(float(change["hours"]), 0 if float(change["hours"]) % 1 == 0 else 1),
            unit=per_period(ground, "hours"),
            day=show.date(change["from"] or None),
        )


class AddRep(Kind):
    """One more rep: a position that is filled, or one that the plan may fill."""

    name, group = "add_rep", "people"

    def is_offered(self, ground: Ground) -> bool:
        """Where there is a place for one."""
        return bool(ground.places())

    def fields(self, ground: Ground) -> Sequence[Field]:
        """Name, place, hours, cost, first day, and whether the plan may do without."""
        usual = median_of(ground.reps if len(ground.reps) else ground.scenario.table("reps"))
        cost = () if is_hidden("cost", ground) else (
            Field(
                "cost", "amount", given(usual.get("cost")), optional=True,
                unit=per_period(ground, "money"),
            ),
        )  # fmt: skip
        say = ground.voice.say
        hired = [(word, say(f"review.change.hired.{word}")) for word in ("yes", "maybe")]
        return (
            Field("name", "text", now=_new_name(ground)),
            Field("territory", "choice", choices=ground.places()),
            Field(
                "hours", "amount", given(usual.get("hours")),
                unit=per_period(ground, "hours"), most=10_000.0,
            ),
            *cost,
            day_field("start", ground),
            Field("hired", "choice", choices=hired),
        )  # fmt: skip

    def refused(self, values: Mapping[str, str], ground: Ground) -> dict[str, str]:
        """A name that somebody has, and a first day that is not planned."""
        taken = {*ground.facts.scenario.table("reps")["rep"], *ground.added_reps}
        if values["name"] in taken:
            return {"name": ground.voice.say("review.change.wrong.taken")}
        wrong = outside_plan(values.get("start", ""), ground)
        return {"start": wrong} if wrong else {}

    def about(self, change: Change) -> tuple[str, ...]:
        """The rep."""
        return (self.name, change["name"])

    def settings(self, change: Change, basis: Basis) -> Iterator[Entry]:
        """A row of `reps`; what was not asked for is as it usually is there."""
        reps, tree = basis.scenario.table("reps"), basis.scenario.territory_tree
        there = reps[reps["territory"].isin(tree.within([change["territory"]]))]
        usual = median_of(there if len(there) else reps)
        asked = {name: number_of(change[name]) for name in ("hours", "cost")}
        row = {
            **usual,
            "rep": change["name"],
            "territory": change["territory"],
            "territories": change["territory"],
            "status": "active" if change["hired"] == "yes" else "open",
            **{name: value for name, value in asked.items() if value is not None},
        }
        start = change["start"] or f"{basis.scenario.calendar.plan_start:%Y-%m-%d}"
        yield ("override", "reps", ADD), [{**row, "start": start}]

    def sentence(self, change: Change, ground: Ground) -> str:
        """Who, where, with how many hours and from when."""
        show, say, facts = ground.voice.show, ground.voice.say, ground.facts
        return say(
            f"review.change.said.add_rep_{change['hired']}",
            rep=change["name"],
            territory=facts.name_of("territories", change["territory"]),
            hours=show.number(float(change["hours"])),
            unit=per_period(ground, "hours"),
            day=show.date(change["start"] or ground.scenario.calendar.plan_start),
        )


class FillPosition(Kind):
    """An open position that is filled, whether it pays or not."""

    name, group = "fill", "people"

    def is_offered(self, ground: Ground) -> bool:
        """Where positions are open."""
        return bool(self._open(ground).labels)

    def fields(self, ground: Ground) -> Sequence[Field]:
        """The position."""
        return (Field("rep", "name", names=self._open(ground)),)

    def about(self, change: Change) -> tuple[str, ...]:
        """The rep: filled or taken out."""
        return ("lose_rep", change["rep"])

    def settings(self, change: Change, basis: Basis) -> Iterator[Entry]:
        """A floor for that position, and a ceiling that leaves room for it beside the others."""
        yield ("headcount", "by", ADD), [{"scope": f"rep={change['rep']}", "min": 1}]
        most = basis.scenario.config.headcount.max
        kinds = [one.kind for one in basis.changes]
        if most is not None and "hires_most" not in kinds:
            yield ("headcount", "max"), most + kinds.count(self.name)

    def sentence(self, change: Change, ground: Ground) -> str:
        """Which position."""
        rep = ground.facts.name_of("reps", change["rep"])
        return ground.voice.say("review.change.said.fill", rep=rep)

    def _open(self, ground: Ground) -> Names:
        return Names(ground.reps[ground.reps["status"] == "open"], "rep")


class LoseRep(Kind):
    """A rep who is gone, from the start of the plan or from a day on."""

    name, group = "lose_rep", "people"

    def is_offered(self, ground: Ground) -> bool:
        """Where there are reps."""
        return len(ground.reps) > 1

    def fields(self, ground: Ground) -> Sequence[Field]:
        """The rep and the first day without."""
        return (rep_field(ground), day_field("from", ground))

    def refused(self, values: Mapping[str, str], ground: Ground) -> dict[str, str]:
        """A day that is not planned."""
        wrong = outside_plan(values.get("from", ""), ground)
        return {"from": wrong} if wrong else {}

    def about(self, change: Change) -> tuple[str, ...]:
        """The rep."""
        return (self.name, change["rep"])

    def settings(self, change: Change, basis: Basis) -> Iterator[Entry]:
        """The last day of the rep; an open position is taken out. Locks to the rep end."""
        scenario, since = basis.scenario, basis.scenario.calendar.plan_start
        if change["from"]:
            since = pd.Timestamp(change["from"])
        reps = scenario.table("reps")
        own = reps.loc[reps["rep"] == change["rep"], "status"]
        if own.empty:
            raise not_there(change["rep"])
        if own.iloc[0] == "open":
            yield ("override", "reps", change["rep"]), REMOVE
            return
        for setting in departures(scenario, [change["rep"]], since, CHANGED):
            yield setting.path, setting.value

    def sentence(self, change: Change, ground: Ground) -> str:
        """Who, and from when."""
        since = "_from" if change["from"] else ""
        return ground.voice.say(
            f"review.change.said.lose_rep{since}",
            rep=ground.facts.name_of("reps", change["rep"]),
            day=ground.voice.show.date(change["from"] or None),
        )


def _new_name(ground: Ground) -> str:
    """A name that nobody has yet."""
    taken = {*ground.scenario.table("reps")["rep"], *ground.added_reps}
    names = (
        ground.voice.say("review.change.new_rep", n=number) for number in range(1, len(taken) + 2)
    )
    return next(name for name in names if name not in taken)
