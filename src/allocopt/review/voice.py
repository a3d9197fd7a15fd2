"""The voice of the room: that of the documents, with the texts of the screens under `review`."""

from __future__ import annotations

from functools import lru_cache
from importlib import resources
from types import MappingProxyType

import yaml

from allocopt.documents.language.messages import Messages, flatten
from allocopt.documents.language.voice import Voice, voice_of


@lru_cache
def room_voice(language: str, currency: str) -> Voice:
    """The voice of a language; its texts are those of the documents and those in `texts/`.

    Raises:
        AllocoptError: there is no catalogue for the language.
    """
    voice = voice_of(language, currency)
    file = resources.files("allocopt.review") / "texts" / f"{language}.yaml"
    own = flatten({"review": yaml.safe_load(file.read_text(encoding="utf-8"))})
    texts = MappingProxyType({**voice.say.texts, **own})
    return Voice(Messages(language, texts), voice.show)
