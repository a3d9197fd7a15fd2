"""The worker: what it hears while it is busy, and what it counts."""

from __future__ import annotations

import io
import json
import os
import sys
from types import SimpleNamespace

import pytest

from allocopt.review.desk.worker.next_rep import reps_named
from allocopt.review.desk.worker.program import Program


def test_what_is_asked_right_behind_a_job_is_asked_of_that_job(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    # Both lines are there before anybody has begun with the job.
    lines = [{"do": "what-if", "plan": "valley"}, {"do": "hurry"}]
    told = io.BytesIO(b"".join(json.dumps(line).encode() + b"\n" for line in lines))
    monkeypatch.setattr(sys, "stdin", SimpleNamespace(buffer=told))
    monkeypatch.setattr(os, "_exit", lambda status: None)
    program = Program(1, io.BytesIO())
    program._listen()
    work = program._jobs.get(timeout=5)
    assert work.job["do"] == "what-if"
    assert work.enough


def test_interrupt_before_any_job_is_nobodys(monkeypatch: pytest.MonkeyPatch) -> None:
    told = io.BytesIO(b'{"do": "stop"}\n{"do": "open", "plan": "valley"}\n')
    monkeypatch.setattr(sys, "stdin", SimpleNamespace(buffer=told))
    monkeypatch.setattr(os, "_exit", lambda status: None)
    program = Program(1, io.BytesIO())
    program._listen()
    assert not program._jobs.get(timeout=5).stopped


def test_units_are_counted_for_the_rep_who_has_them_and_not_for_one_of_a_longer_name() -> None:
    assert reps_named("New West 1 + Bob → Ann") == ["New West 1", "Bob", "Ann"]
    assert "New West 1" not in reps_named("New West 10")
