"""Refusals: why the store does not do what somebody asks, in the language of the page."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from allocopt.config.approval import Approval, SignOff
from allocopt.documents.facts import Facts
from allocopt.documents.language.voice import Voice
from allocopt.errors import AllocoptError, NotAllowed, StoreConflict
from allocopt.review.moments import moment
from allocopt.review.places import place_name
from allocopt.review.reasons import reason_of
from allocopt.store import Record, Version
from allocopt.store.approval import names_with

# Causes (`errors.NotAllowed`) whose sentence says nothing but that.
PLAIN = ("no-words", "latest", "signed")


def refusal(error: AllocoptError, record: Record, facts: Facts, voice: Voice) -> str:
    """The sentence of a refusal; what has no words in the room stays as the store says it."""
    say, cause = voice.say, error.cause if isinstance(error, NotAllowed) else ""
    if isinstance(error, StoreConflict):
        return say("review.versions.refused.conflict")
    if not isinstance(error, NotAllowed) or not cause:
        return str(error)
    if cause in PLAIN:
        return say(f"review.versions.refused.{cause}")
    if cause in ("unsigned", "not-signer"):
        signatures = _signatures(record, facts, voice)
        return say(f"review.versions.refused.{cause}", signatures=signatures)
    told = {name: _told(name, values, record.rules, voice) for name, values in error.told.items()}
    return say(f"review.versions.refused.{cause}", **told)


def _told(name: str, values: Sequence[str], rules: Approval, voice: Voice) -> str:
    """Roles, states or people in words."""
    if name == "people":
        return who(values, rules, voice)
    branch = "state" if name in ("state", "states") else "role"
    return either((voice.say(f"review.{branch}.{value}") for value in values), voice)


def who(names: Sequence[str], rules: Approval, voice: Voice) -> str:
    """People by their names; who else there may be where nobody is named."""
    say = voice.say
    if names:
        return voice.show.join(list(names))
    return say(
        "review.versions.refused.nobody" if rules.roles else "review.versions.refused.anybody"
    )


def either(texts: Iterable[str], voice: Voice) -> str:
    """`a, b or c`."""
    *first, last = texts
    if not first:
        return last
    return voice.say("review.versions.refused.or", first=voice.show.join(first), last=last)


def signature(one: SignOff, facts: Facts, voice: Voice) -> str:
    """A signature that is asked for: of which function, for which part."""
    role = voice.say(f"review.role.{one.role}")
    if not one.territory:
        return role
    place = place_name(one.territory, facts, voice)
    return voice.say("review.versions.signature", role=role, place=place)


def signers(one: SignOff, rules: Approval, voice: Voice) -> str:
    """Who may give a signature."""
    return who(one.people or names_with(rules, [one.role]), rules, voice)


def saved(version: Version, voice: Voice) -> str:
    """Who saved a version, when and why."""
    return voice.say(
        "review.versions.saved_by",
        version=version.id,
        who=version.author,
        when=moment(version.saved_at, voice),
        reason=reason_of(version, voice) or voice.show.unknown,
    )


def _signatures(record: Record, facts: Facts, voice: Voice) -> str:
    """The signatures that are missing, each with who may give it."""
    return voice.say("review.versions.refused.between").join(
        voice.say(
            "general.with",
            name=signature(one, facts, voice),
            value=signers(one, record.rules, voice),
        )
        for one in record.missing
    )
