"""Changes of what is to be reached: bounds of a rep's quota, amounts of goals."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from allocopt.overrides import key_texts
from allocopt.review.drafts.change import Change
from allocopt.review.drafts.kinds.field import Field
from allocopt.review.drafts.kinds.ground import Basis, Ground
from allocopt.review.drafts.kinds.kind import Entry, Kind, given, money, number_of
from allocopt.review.drafts.kinds.people import per_period, rep_field
from allocopt.review.drafts.kinds.rules import Between
from allocopt.tables import CONTRACT


class RepQuota(Between):
    """What the quota of a rep lies between."""

    name, group = "rep_quota", "quotas"
    table, key, least, most, named = "reps", "rep", "quota_min", "quota_max", "horizon"

    def is_offered(self, ground: Ground) -> bool:
        """Where there are reps."""
        return len(ground.reps) > 0

    def fields(self, ground: Ground) -> Sequence[Field]:
        """The rep and the bounds."""
        return (rep_field(ground), *super().fields(ground)[1:])

    def _unit(self, ground: Ground) -> str:
        return per_period(ground, "money")


class Goal(Kind):
    """The amount of a goal or of a floor in the table `targets`."""

    name, group = "goal", "quotas"

    def is_offered(self, ground: Ground) -> bool:
        """Where there are goals, and the whole plan is the person's."""
        return ground.is_whole and len(ground.scenario.table("targets")) > 0

    def fields(self, ground: Ground) -> Sequence[Field]:
        """The goal and its amount."""
        targets = ground.scenario.table("targets")
        keys = key_texts(CONTRACT["targets"], targets)
        names = [str(name) for name in targets["name"]]
        return (
            Field("goal", "choice", choices=list(zip(keys, names, strict=True))),
            Field("amount", "amount"),
        )

    def about(self, change: Change) -> tuple[str, ...]:
        """The goal."""
        return (self.name, change["goal"])

    def settings(self, change: Change, basis: Basis) -> Iterator[Entry]:
        """Its amount."""
        yield ("override", "targets", change["goal"], "amount"), number_of(change["amount"])

    def sentence(self, change: Change, ground: Ground) -> str:
        """The amount before and now."""
        targets = ground.scenario.table("targets")
        rows = targets[(key_texts(CONTRACT["targets"], targets) == change["goal"]).to_numpy()]
        name, was, measure = change["goal"], "", "sales"
        for row in rows.head(1).to_dict("records"):
            name, was, measure = str(row["name"]), given(row["amount"]), str(row["measure"])
        write = money if measure in MONEY else _number
        return ground.voice.say(
            "review.change.said.goal",
            name=name,
            was=write(was, ground),
            now=write(change["amount"], ground),
        )


# Measures of goals that are amounts of money.
MONEY = ("", "nan", "sales", "contribution", "margin", "spend", "demand", "quota")


def _number(text: str, ground: Ground) -> str:
    return ground.voice.show.number(float(text)) if text else ground.voice.say("review.change.none")
