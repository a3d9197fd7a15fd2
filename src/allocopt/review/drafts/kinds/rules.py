"""Changes of rules that there are several of: bands of balance, money by lever and by place."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence

from allocopt.config.scope import parse_scope
from allocopt.documents.language.measures import measure_name
from allocopt.review.drafts.change import Change
from allocopt.review.drafts.kinds.field import Field
from allocopt.review.drafts.kinds.ground import Basis, Ground
from allocopt.review.drafts.kinds.kind import Entry, Kind, given, money, not_there, number_of
from allocopt.review.drafts.kinds.plain import has_levers
from allocopt.row_changes import ADD


class Tolerance(Kind):
    """How far the reps may be apart in a measure."""

    name, group = "balance", "limits"

    def is_offered(self, ground: Ground) -> bool:
        """Where a measure is balanced."""
        return ground.is_whole and bool(ground.scenario.config.balance)

    def fields(self, ground: Ground) -> Sequence[Field]:
        """The measure and half the width of its band."""
        measures = [band.measure for band in ground.scenario.config.balance]
        choices = [(measure, measure_name(measure, ground.voice)) for measure in measures]
        return (
            Field("measure", "choice", choices=choices),
            Field("value", "share", most=10.0),
        )

    def about(self, change: Change) -> tuple[str, ...]:
        """The measure."""
        return (self.name, change["measure"])

    def settings(self, change: Change, basis: Basis) -> Iterator[Entry]:
        """The tolerance of the measure's band."""
        measures = [band.measure for band in basis.scenario.config.balance]
        if change["measure"] not in measures:
            raise not_there(change["measure"])
        path = ("balance", measures.index(change["measure"]), "tolerance")
        yield path, number_of(change["value"])

    def sentence(self, change: Change, ground: Ground) -> str:
        """The tolerance before and now."""
        bands = {band.measure: band.tolerance for band in ground.scenario.config.balance}
        show = ground.voice.show
        return ground.voice.say(
            "review.change.said.balance",
            measure=measure_name(change["measure"], ground.voice),
            was=show.percent(bands.get(change["measure"], float("nan"))),
            now=show.percent(float(change["value"])),
        )


class Between(Kind):
    """Bounds that a value of a row lies between; either may be left out.

    `least` and `most` are the columns, `table` and `key` where the rows are.
    """

    table: str
    key: str
    least: str
    most: str
    named: str

    def is_offered(self, ground: Ground) -> bool:
        """Where there are such rows that are the person's to change."""
        return bool(self._choices(ground))

    def fields(self, ground: Ground) -> Sequence[Field]:
        """The row and its bounds."""
        unit = self._unit(ground)
        return (
            Field(self.key, "choice", choices=self._choices(ground)),
            Field("least", "amount", optional=True, unit=unit),
            Field("most", "amount", optional=True, unit=unit),
        )

    def refused(self, values: Mapping[str, str], ground: Ground) -> dict[str, str]:
        """Bounds the wrong way round."""
        least, most = number_of(values.get("least", "")), number_of(values.get("most", ""))
        if least is not None and most is not None and least > most:
            return {"most": ground.voice.say("review.change.wrong.order")}
        return {}

    def about(self, change: Change) -> tuple[str, ...]:
        """The row."""
        return (self.name, change[self.key])

    def settings(self, change: Change, basis: Basis) -> Iterator[Entry]:
        """Both bounds: one that is left out does not hold."""
        path = ("override", self.table, change[self.key])
        yield (*path, self.least), number_of(change["least"])
        yield (*path, self.most), number_of(change["most"])

    def sentence(self, change: Change, ground: Ground) -> str:
        """The bounds before and now."""
        row = ground.row(self.table, self.key, change[self.key])
        was = _range(given(row.get(self.least)), given(row.get(self.most)), ground)
        return ground.voice.say(
            f"review.change.said.{self.name}",
            name=ground.facts.name_of(self.table, change[self.key]),
            was=was,
            now=_range(change["least"], change["most"], ground),
            unit=self._unit(ground),
        )

    def _choices(self, ground: Ground) -> list[tuple[str, str]]:
        rows = ground.scenario.table(self.table)[self.key]
        return [(str(key), ground.facts.name_of(self.table, str(key))) for key in rows]

    def _unit(self, ground: Ground) -> str:
        return ground.voice.say(f"review.change.unit.{self.named}")


class LeverMoney(Between):
    """What is spent on a lever over the horizon."""

    name, group = "lever", "money"
    table, key, least, most, named = "levers", "lever", "total_min", "total_max", "horizon"

    def is_offered(self, ground: Ground) -> bool:
        """Where there are levers, and the whole plan is the person's."""
        return ground.is_whole and has_levers(ground)


class SpendBound(Kind):
    """What is spent at most in a channel, group, territory or segment over the horizon."""

    name, group = "spend", "money"

    def is_offered(self, ground: Ground) -> bool:
        """Where there are levers."""
        return has_levers(ground) and bool(self._scopes(ground))

    def fields(self, ground: Ground) -> Sequence[Field]:
        """Where, and how much."""
        unit = ground.voice.say("review.change.unit.horizon")
        return (
            Field("scope", "choice", choices=self._scopes(ground)),
            Field("most", "amount", optional=True, unit=unit),
        )

    def about(self, change: Change) -> tuple[str, ...]:
        """The scope."""
        return (self.name, change["scope"])

    def settings(self, change: Change, basis: Basis) -> Iterator[Entry]:
        """The bound of that scope, a further one where there is none."""
        scope, bounds = parse_scope(change["scope"]), basis.scenario.config.budget.by
        most = number_of(change["most"])
        own = [n for n, bound in enumerate(bounds) if (bound.scope, bound.period) == (scope, None)]
        for number in own:
            yield ("budget", "by", number, "max"), most
        if not own and most is not None:
            yield ("budget", "by", ADD), [{"scope": str(scope), "max": most}]

    def sentence(self, change: Change, ground: Ground) -> str:
        """The most that is spent there, before and now."""
        scope = parse_scope(change["scope"])
        now = [
            bound.max
            for bound in ground.scenario.config.budget.by
            if bound.scope == scope and bound.period is None
        ]
        was = given(now[0]) if now else ""
        return ground.voice.say(
            "review.change.said.spend",
            place=dict(self._scopes(ground)).get(change["scope"], change["scope"]),
            was=money(was, ground),
            now=money(change["most"], ground),
        )

    def _scopes(self, ground: Ground) -> list[tuple[str, str]]:
        kinds = ("channel", "group", "territory", "segment")
        return [one for one in ground.scopes(kinds) if one[0] != "company"]


def _range(least: str, most: str, ground: Ground) -> str:
    """From … to …, in words."""
    say, show = ground.voice.say, ground.voice.show
    shown = {
        name: show.money(float(text)) for name, text in (("least", least), ("most", most)) if text
    }
    said = "between" if len(shown) == 2 else next(iter(shown), "none")
    return say(f"review.change.range.{said}", **shown)
