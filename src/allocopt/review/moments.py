"""Moments: when something happened, as the clock on the wall of the room says it."""

from __future__ import annotations

from datetime import datetime

from allocopt.documents.language.voice import Voice


def moment(happened_at: str, voice: Voice) -> str:
    """Day and time of a moment in UTC, in the time of the machine that the room is on."""
    there = datetime.fromisoformat(happened_at).astimezone()
    day = voice.show.date(there.date())
    return voice.say("review.versions.moment", day=day, time=f"{there:%H:%M}")


def day_of_moment(happened_at: str) -> str:
    """The day of a moment in UTC where the room is, as `2026-03-31`."""
    return datetime.fromisoformat(happened_at).astimezone().date().isoformat()
