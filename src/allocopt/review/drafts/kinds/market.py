"""Changes of what is expected of the market: more or less demand, an event that comes or does not."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence

import pandas as pd

from allocopt.overrides import key_texts
from allocopt.review.drafts.change import Change
from allocopt.review.drafts.kinds.field import Field
from allocopt.review.drafts.kinds.ground import Basis, Ground
from allocopt.review.drafts.kinds.kind import Entry, Kind, number_of
from allocopt.review.drafts.kinds.people import outside_plan
from allocopt.row_changes import ADD, REMOVE
from allocopt.tables import CONTRACT


class Demand(Kind):
    """More or less demand than is forecast, in the company, a territory or a segment."""

    name, group = "demand", "market"

    def is_offered(self, ground: Ground) -> bool:
        """Where there is a place for it."""
        return bool(ground.places())

    def fields(self, ground: Ground) -> Sequence[Field]:
        """Where, and by how much."""
        scopes = ground.scopes(("territory", "segment"))
        return (
            Field("scope", "choice", choices=scopes),
            Field("change", "share", least=-1.0, most=10.0),
        )

    def about(self, change: Change) -> tuple[str, ...]:
        """The scope."""
        return (self.name, change["scope"])

    def settings(self, change: Change, basis: Basis) -> Iterator[Entry]:
        """A further entry of `forecast.changes`."""
        entry = {"scope": change["scope"], "change": number_of(change["change"])}
        yield ("forecast", "changes", ADD), [entry]

    def sentence(self, change: Change, ground: Ground) -> str:
        """Where, and by how much."""
        scopes = dict(ground.scopes(("territory", "segment")))
        return ground.voice.say(
            "review.change.said.demand",
            place=scopes.get(change["scope"], ground.facts.scope_name(change["scope"])),
            change=ground.voice.show.change(float(change["change"])),
        )


class UnitDemand(Kind):
    """More or less demand than is forecast of one unit."""

    name, group = "unit_demand", "market"

    def is_offered(self, ground: Ground) -> bool:
        """Where there are units."""
        return len(ground.units) > 0

    def fields(self, ground: Ground) -> Sequence[Field]:
        """The unit, and by how much."""
        return (
            Field("unit", "name", names=ground.unit_names),
            Field("change", "share", least=-1.0, most=10.0),
        )

    def about(self, change: Change) -> tuple[str, ...]:
        """The unit."""
        return (self.name, change["unit"])

    def settings(self, change: Change, basis: Basis) -> Iterator[Entry]:
        """A further entry of `forecast.changes`."""
        entry = {"units": [change["unit"]], "change": number_of(change["change"])}
        yield ("forecast", "changes", ADD), [entry]

    def sentence(self, change: Change, ground: Ground) -> str:
        """Which unit, and by how much."""
        return ground.voice.say(
            "review.change.said.demand",
            place=ground.facts.name_of("units", change["unit"]),
            change=ground.voice.show.change(float(change["change"])),
        )


class EventOff(Kind):
    """An event of the planned time that does not take place."""

    name, group = "event_off", "market"

    def is_offered(self, ground: Ground) -> bool:
        """Where events are planned, and the whole plan is the person's."""
        return ground.is_whole and bool(_planned(ground))

    def fields(self, ground: Ground) -> Sequence[Field]:
        """The event."""
        return (Field("event", "choice", choices=list(_planned(ground).items())),)

    def about(self, change: Change) -> tuple[str, ...]:
        """The event."""
        return (self.name, change["event"])

    def settings(self, change: Change, basis: Basis) -> Iterator[Entry]:
        """The table without its row."""
        yield ("override", "events", change["event"]), REMOVE

    def sentence(self, change: Change, ground: Ground) -> str:
        """Which event."""
        name = _planned(ground).get(change["event"], change["event"])
        return ground.voice.say("review.change.said.event_off", event=name)


class EventOn(Kind):
    """An event of the past that returns in the planned time."""

    name, group = "event_on", "market"

    def is_offered(self, ground: Ground) -> bool:
        """Where there have been events, and the whole plan is the person's."""
        return ground.is_whole and len(ground.scenario.table("events")) > 0

    def fields(self, ground: Ground) -> Sequence[Field]:
        """The event, and from when until when."""
        names = ground.scenario.table("events")["event"].unique()
        return (
            Field("event", "choice", choices=[(str(name), str(name)) for name in names]),
            Field("start", "day"),
            Field("end", "day"),
        )

    def refused(self, values: Mapping[str, str], ground: Ground) -> dict[str, str]:
        """Days that are not planned, or the wrong way round."""
        wrong = {name: outside_plan(values[name], ground) for name in ("start", "end")}
        if not any(wrong.values()) and values["end"] < values["start"]:
            wrong["end"] = ground.voice.say("review.change.wrong.order")
        return {name: said for name, said in wrong.items() if said}

    def about(self, change: Change) -> tuple[str, ...]:
        """The event, and when."""
        return (self.name, change["event"], change["start"])

    def settings(self, change: Change, basis: Basis) -> Iterator[Entry]:
        """A further row of the table."""
        row = {name: change[name] for name in ("event", "start", "end")}
        yield ("override", "events", ADD), [{**row, "known": "yes"}]

    def sentence(self, change: Change, ground: Ground) -> str:
        """Which event, and when."""
        show = ground.voice.show
        return ground.voice.say(
            "review.change.said.event_on",
            event=change["event"],
            first=show.date(change["start"]),
            last=show.date(change["end"]),
        )


def _planned(ground: Ground) -> dict[str, str]:
    """Events that take place in the planned time, by their key, and what they are called."""
    events, calendar = ground.scenario.table("events"), ground.scenario.calendar
    rows = events[(events["end"] >= calendar.plan_start) & (events["start"] <= calendar.plan_end)]
    if rows.empty:
        return {}
    keys = key_texts(CONTRACT["events"], rows)
    return {
        str(key): f"{name} ({ground.voice.show.date(pd.Timestamp(start))})"
        for key, name, start in zip(keys, rows["event"], rows["start"], strict=True)
    }
