"""Any setting, as an analyst writes it: `key=value`."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence

from allocopt.config import Setting, parse_settings
from allocopt.errors import ConfigError
from allocopt.review.drafts.change import Change
from allocopt.review.drafts.kinds.field import Field
from allocopt.review.drafts.kinds.ground import Basis, Ground
from allocopt.review.drafts.kinds.kind import Entry, Kind
from allocopt.review.found import found_in_words
from allocopt.row_changes import ADD

# Who may see and do what holds for all what-ifs: nobody gives himself more in one.
KEPT = ("approval", "visibility")


class AnySetting(Kind):
    """A setting of scenario.yaml or a cell of a table."""

    name, group = "setting", "other"

    def is_offered(self, ground: Ground) -> bool:
        """To analysts, who see all that there is."""
        return ground.is_whole and ground.reader == "analyst"

    def fields(self, ground: Ground) -> Sequence[Field]:
        """The setting."""
        return (Field("setting", "text"),)

    def refused(self, values: Mapping[str, str], ground: Ground) -> dict[str, str]:
        """A setting that cannot be read."""
        try:
            (setting,) = parse_settings([values["setting"]])
        except ConfigError as error:
            return {"setting": found_in_words(error.findings[0].as_dict(), ground.voice)}
        if setting.path[0] in KEPT:
            return {
                "setting": ground.voice.say("review.change.wrong.kept", section=setting.path[0])
            }
        return {}

    def about(self, change: Change) -> tuple[str, ...]:
        """The key; rows that are added to a table are each about themselves."""
        path = _read(change).path
        more = (change["setting"],) if ADD in path else ()
        return (self.name, *map(str, path), *more)

    def settings(self, change: Change, basis: Basis) -> Iterator[Entry]:
        """The setting."""
        setting = _read(change)
        yield setting.path, setting.value

    def sentence(self, change: Change, ground: Ground) -> str:
        """The setting as it was written; to others only that there is one."""
        if ground.reader != "analyst":
            return ground.voice.say("review.change.said.setting_unseen")
        return change["setting"]


def _read(change: Change) -> Setting:
    return parse_settings([change["setting"]])[0]
