"""The voice of the room: that of the documents, with the texts of the screens under `review`."""

from __future__ import annotations

from functools import lru_cache
from importlib import resources
from types import MappingProxyType

from allocopt.documents.language.messages import Messages, texts_in
from allocopt.documents.language.voice import Voice, voice_of


@lru_cache
def room_voice(language: str, currency: str) -> Voice:
    """The voice of a language; its texts are those of the documents and those in `texts/`.

    Raises:
        AllocoptError: there is no catalogue for the language.
    """
    voice = voice_of(language, currency)
    file = resources.files("allocopt.review") / "texts" / f"{language}.yaml"
    own = texts_in(file.read_text(encoding="utf-8"))
    room = {f"review.{key}": text for key, text in own.items()}
    texts = MappingProxyType({**voice.say.texts, **room})
    return Voice(Messages(language, texts), voice.show)
