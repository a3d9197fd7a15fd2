"""Told: a what-if as it is kept with a decision and in minutes: its changes in words, and what it does."""

from __future__ import annotations

import json
from collections.abc import Mapping
from contextlib import suppress
from dataclasses import dataclass, field, replace
from typing import Any

from allocopt.config.sections import Reader, Visibility
from allocopt.documents.facts import Facts
from allocopt.documents.facts.visibility import hidden_from
from allocopt.documents.language.messages import languages
from allocopt.documents.language.voice import Voice
from allocopt.errors import DataError
from allocopt.review.archive import Archive
from allocopt.review.drafts import Change, Draft
from allocopt.review.drafts.kinds import kind_of
from allocopt.review.drafts.kinds.ground import Ground
from allocopt.review.headline import Pair, effect_of, seen_effect
from allocopt.review.voice import room_voice


@dataclass(frozen=True)
class ToldWhatIf:
    """A what-if: id, the version it was asked of, by whom, its title, and what became of it (`state`).

    `changes` are its changes in words, by language; `effect` the headline figures before and after.
    """

    draft: str
    version: str
    owner: str
    title: str
    state: str
    changes: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    effect: Mapping[str, Pair] = field(default_factory=dict)

    def in_words(self, voice: Voice) -> str:
        """Its changes in one line."""
        told = self.changes.get(voice.say.language, ())
        return voice.say("review.versions.refused.between").join(told)

    def seen_by(self, reader: Reader, visibility: Visibility) -> ToldWhatIf:
        """The what-if as a reader may see it: its changes only where nothing is hidden from the reader."""
        effect = seen_effect(self.effect, reader, visibility)
        kept = {} if hidden_from(reader, visibility) else self.changes
        return replace(self, effect=effect, changes=kept)

    def detail(self) -> dict[str, str]:
        """What is kept of it with an event."""
        texts = {"draft": self.draft, "of": self.version, "asked_by": self.owner}
        told = {"title": self.title, "came": self.state}
        return {**texts, **told, "changes": _json(self.changes), "effect": _json(self.effect)}


def _json(value: Mapping[str, Any]) -> str:
    return json.dumps(dict(value), ensure_ascii=False)


def kept_what_if(detail: Mapping[str, str]) -> ToldWhatIf | None:
    """The what-if that is kept with an event; None where there is none."""
    if "draft" not in detail:
        return None
    changes, effect = json.loads(detail["changes"]), json.loads(detail["effect"])
    return ToldWhatIf(
        draft=detail["draft"],
        version=detail["of"],
        owner=detail["asked_by"],
        title=detail["title"],
        state=detail["came"],
        changes={language: tuple(told) for language, told in changes.items()},
        effect={name: (pair[0], pair[1]) for name, pair in effect.items()},
    )


def told_what_if(draft: Draft, archive: Archive) -> ToldWhatIf:
    """A draft with its answer, as it is now.

    Raises:
        StoreError: the version that it asks about is not there.
    """
    answer, effect = draft.answer, {}
    if answer is not None and answer.folder is not None and answer.folder.is_dir():
        with suppress(OSError, ValueError, KeyError):  # its files are damaged
            effect = effect_of(archive.room.folder_of(draft.version), answer.folder)
    return ToldWhatIf(
        draft=draft.id,
        version=draft.version,
        owner=draft.owner,
        title=draft.title,
        state="" if answer is None else answer.state,
        changes=_in_words(draft, archive.facts(draft.version)),
        effect=effect,
    )


def _in_words(draft: Draft, facts: Facts) -> dict[str, tuple[str, ...]]:
    """The changes that were answered, in every language that the room speaks."""
    currency = facts.scenario.config.scenario.currency
    voices = {language: room_voice(language, currency) for language in languages()}
    return {language: _sentences(draft, facts, voice) for language, voice in voices.items()}


def _sentences(draft: Draft, facts: Facts, voice: Voice) -> tuple[str, ...]:
    """The answered changes of a draft; those of a kind that there is not any more by its name."""
    changes, told = _answered(draft), list[str]()
    for place, change in enumerate(changes):
        ground = Ground(facts, voice, "analyst", changes=changes[:place])
        try:
            told.append(kind_of(change).sentence(change, ground))
        except DataError:
            told.append(change.kind)
    return tuple(told)


def _answered(draft: Draft) -> tuple[Change, ...]:
    """The changes that the answer knows: somebody may have made further ones since."""
    asked = draft.revision if draft.answer is None else draft.answer.asked
    steps = {step.revision: step.changes for step in (*draft.past, *draft.undone)}
    return {**steps, draft.revision: draft.changes}.get(asked, ())
