"""Sentence: one difference of two plans in words."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class Sentence:
    """What is otherwise, what it is about (`mark`, such as `rep:Ann`), and what it weighs [currency].

    `kind` is what changes, such as `quota`. `always` is what people want to know however little money it
    is: a hire, a goal that is missed.
    """

    kind: str
    text: str
    mark: str = ""
    worth: float = 0.0
    always: bool = False
