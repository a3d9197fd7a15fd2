"""Changes of who covers a unit: it is locked to a rep, or free again."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence

from allocopt.documents.edits.locks import Lock, lock_changes, lock_row
from allocopt.review.drafts.change import Change
from allocopt.review.drafts.kinds.field import Field
from allocopt.review.drafts.kinds.ground import Basis, Ground
from allocopt.review.drafts.kinds.kind import Entry, Kind
from allocopt.review.drafts.kinds.people import CHANGED
from allocopt.row_changes import ADD


class LockUnit(Kind):
    """A unit that stays with its rep, or goes to another one."""

    name, group = "lock", "places"

    def is_offered(self, ground: Ground) -> bool:
        """Where there are units."""
        return len(ground.units) > 0

    def fields(self, ground: Ground) -> Sequence[Field]:
        """The unit and the rep."""
        return (
            Field("unit", "name", names=ground.unit_names),
            Field("rep", "name", names=ground.holder_names),
        )

    def about(self, change: Change) -> tuple[str, ...]:
        """The unit: it is locked or free."""
        return ("lock", change["unit"])

    def settings(self, change: Change, basis: Basis) -> Iterator[Entry]:
        """A decision, in place of those that hold."""
        lock = Lock(change["rep"], CHANGED, decided=True)
        yield from lock_changes(basis.held, change["unit"], lock)
        yield ("override", "overrides", ADD), [lock_row(change["unit"], lock)]

    def sentence(self, change: Change, ground: Ground) -> str:
        """Whether the unit stays or goes, and where."""
        before = ground.holders.get(change["unit"], "")
        said = "stay" if before == change["rep"] else "move" if before else "give"
        return ground.voice.say(
            f"review.change.said.lock_{said}",
            unit=ground.facts.name_of("units", change["unit"]),
            rep=ground.facts.name_of("reps", change["rep"]),
            before=ground.facts.name_of("reps", before),
        )


class UnlockUnit(Kind):
    """A locked unit that any rep may cover who can."""

    name, group = "unlock", "places"

    def is_offered(self, ground: Ground) -> bool:
        """Where units are locked."""
        return bool(ground.locked.labels)

    def fields(self, ground: Ground) -> Sequence[Field]:
        """The unit."""
        return (Field("unit", "name", names=ground.locked),)

    def refused(self, values: Mapping[str, str], ground: Ground) -> dict[str, str]:
        """A unit that is locked because it renews soon."""
        if values["unit"] in ground.held.renewing:
            return {"unit": ground.voice.say("review.change.wrong.renewing")}
        return {}

    def about(self, change: Change) -> tuple[str, ...]:
        """The unit: it is locked or free."""
        return ("lock", change["unit"])

    def settings(self, change: Change, basis: Basis) -> Iterator[Entry]:
        """The unit without its locks."""
        yield from lock_changes(basis.held, change["unit"], None)

    def sentence(self, change: Change, ground: Ground) -> str:
        """Which unit is free."""
        unit = ground.facts.name_of("units", change["unit"])
        return ground.voice.say("review.change.said.unlock", unit=unit)
