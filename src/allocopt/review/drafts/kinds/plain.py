"""Changes of a single setting: a ceiling, a share, a yes or no."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from allocopt.horizon import company_targets
from allocopt.review.drafts.change import Change
from allocopt.review.drafts.kinds.field import Field, What
from allocopt.review.drafts.kinds.ground import Basis, Ground
from allocopt.review.drafts.kinds.kind import Entry, Kind, given
from allocopt.scenario import Scenario

YES_NO = ("yes", "no")


def always(_ground: Ground) -> bool:
    """Of a setting that every plan has."""
    return True


def has_free_target(ground: Ground) -> bool:
    """Of the target of the quotas, where the table `targets` does not give it."""
    scenario = ground.scenario
    return company_targets(scenario.table("targets"), scenario.calendar).empty


def has_levers(ground: Ground) -> bool:
    """Of a setting about money."""
    return len(ground.scenario.table("levers")) > 0


def has_positions(ground: Ground) -> bool:
    """Of a setting about open positions."""
    opened = bool((ground.scenario.table("reps")["status"] == "open").any())
    return opened or bool(ground.added_reps)


def has_distances(ground: Ground) -> bool:
    """Of a setting about how far units are."""
    places = (ground.scenario.table(name) for name in ("reps", "pairs"))
    reps, pairs = places
    return bool(reps["latitude"].notna().any() or pairs["distance"].notna().any())


def has_quotas_before(ground: Ground) -> bool:
    """Of a setting about how quotas change."""
    return bool(ground.scenario.table("reps")["quota_before"].notna().any())


@dataclass(frozen=True)
class PlainKind(Kind):
    """A kind that changes one setting of scenario.yaml, of the whole plan.

    `blank` says that there may be none; `fits` whether a plan has use for it.
    """

    name: str
    group: str
    section: str
    key: str
    what: What
    blank: bool = False
    least: float = 0.0
    most: float = float("inf")
    unit: str = ""
    fits: Callable[[Ground], bool] = always

    def is_offered(self, ground: Ground) -> bool:
        """Where the whole plan is the person's, and has use for the setting."""
        return ground.is_whole and self.fits(ground)

    def fields(self, ground: Ground) -> Sequence[Field]:
        """The value."""
        say, unit = ground.voice.say, self.unit
        yes_no = [(word, say(f"review.change.{word}")) for word in YES_NO]
        return (
            Field(
                "value",
                self.what,
                now=self._now(ground.scenario),
                choices=yes_no if self.what == "choice" else (),
                optional=self.blank,
                unit=say(f"review.change.unit.{unit}") if unit else "",
                least=self.least,
                most=self.most,
            ),
        )

    def refused(self, values: Mapping[str, str], ground: Ground) -> dict[str, str]:
        """What holds already."""
        if values.get("value", "") == self._now(ground.scenario) and not _is_changed(self, ground):
            return {"value": ground.voice.say("review.change.wrong.same")}
        return {}

    def settings(self, change: Change, basis: Basis) -> Iterator[Entry]:
        """The setting."""
        yield (self.section, self.key), self._typed(change["value"])

    def sentence(self, change: Change, ground: Ground) -> str:
        """The setting before and now."""
        was, now = (
            self._told(text, ground) for text in (self._now(ground.scenario), change["value"])
        )
        name = ground.voice.say(f"review.change.kind.{self.name}")
        return ground.voice.say("review.change.said.plain", name=name, was=was, now=now)

    def _now(self, scenario: Scenario) -> str:
        value = getattr(getattr(scenario.config, self.section), self.key)
        if isinstance(value, bool):
            return "yes" if value else "no"
        return given(value)

    def _typed(self, text: str) -> Any:
        if self.what == "choice":
            return text == "yes"
        if not text:
            return None
        return int(text) if self.what == "count" else float(text)

    def _told(self, text: str, ground: Ground) -> str:
        say, show = ground.voice.say, ground.voice.show
        if not text:
            return say("review.change.none")
        if self.what == "choice":
            return say(f"review.change.{text}")
        if self.what == "share":
            return show.percent(float(text))
        if self.unit == "money":
            return show.money(float(text))
        told = show.number(float(text), 0 if float(text) % 1 == 0 else 2)
        return say(f"review.change.with.{self.unit}", n=told) if self.unit else told


def _is_changed(kind: PlainKind, ground: Ground) -> bool:
    """Whether an earlier change set something else, which can be set back."""
    return any(change.kind == kind.name for change in ground.changes)


PLAIN: tuple[PlainKind, ...] = (
    PlainKind("handover_units", "limits", "handover", "max_units", "count", blank=True, unit="units"),
    PlainKind(
        "handover_share", "limits", "handover", "max_share_of_sales", "share", blank=True, most=1.0
    ),
    PlainKind("handover_reps", "limits", "handover", "max_reps", "count", blank=True, unit="reps"),
    PlainKind("handover_loss", "limits", "handover", "loss", "share", most=1.0),
    PlainKind("workload_hard", "limits", "workload", "hard", "choice"),
    PlainKind("overtime", "limits", "workload", "overtime_max", "share", most=5.0),
    PlainKind(
        "distance", "limits", "coverage", "max_distance", "amount",
        blank=True, unit="km", fits=has_distances,
    ),
    PlainKind("every_unit", "limits", "coverage", "every_unit", "choice"),
    PlainKind(
        "hires_least", "people", "headcount", "min", "count", unit="reps", fits=has_positions
    ),
    PlainKind(
        "hires_most", "people", "headcount", "max", "count",
        blank=True, unit="reps", fits=has_positions,
    ),
    PlainKind(
        "budget_total", "money", "budget", "total_max", "amount",
        blank=True, unit="money", fits=has_levers,
    ),
    PlainKind("roi_least", "money", "budget", "roi_min", "amount", blank=True, fits=has_levers),
    PlainKind(
        "quota_target", "quotas", "quota", "target", "amount",
        blank=True, unit="money", fits=has_free_target,
    ),
    PlainKind(
        "over_assignment", "quotas", "quota", "over_assignment", "share", least=-0.99, most=10.0
    ),
    PlainKind(
        "quota_rise", "quotas", "quota", "change_max", "share",
        blank=True, least=-1.0, most=100.0, fits=has_quotas_before,
    ),
    PlainKind(
        "quota_fall", "quotas", "quota", "change_min", "share",
        blank=True, least=-1.0, most=100.0, fits=has_quotas_before,
    ),
)  # fmt: skip
