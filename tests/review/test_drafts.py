"""What-ifs on the disk: nothing is lost, nothing is mixed up, nothing grows without end."""

from __future__ import annotations

import json
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from pathlib import Path

import pytest

from allocopt.review.drafts import Answer, Change, Draft, Drafts, TooMany
from allocopt.review.drafts.drafts import MOST_CHANGES, MOST_DRAFTS
from allocopt.review.visitor import Visitor

ANN, BOB = Visitor("ann", "a", "mark"), Visitor("bob", "b", "mark")
VERSION = "valley/1"
HOURS, GONE = Change("hours", {"rep": "Ann", "hours": "20.0"}), Change("lose_rep", {"rep": "Bob"})


@pytest.fixture
def drafts(tmp_path: Path) -> Drafts:
    return Drafts(tmp_path / "what-ifs")


def test_first_question_opens_a_draft_that_the_browser_finds_again(drafts: Drafts) -> None:
    assert drafts.current("a", VERSION) is None
    opened = drafts.open(ANN, VERSION)
    assert drafts.current("a", VERSION) == opened == drafts.open(ANN, VERSION)
    assert drafts.current("b", VERSION) is None
    assert drafts.current("a", "valley/2") is None


def test_draft_is_the_same_after_the_server_was_killed(drafts: Drafts) -> None:
    draft = drafts.open(ANN, VERSION)
    answer = Answer(1, "solved", Path("plan"), {"gap": 0.001, "relaxations": []})
    drafts.update(draft.id, lambda one: one.with_change(HOURS).with_change(GONE).undo())
    kept = drafts.update(draft.id, lambda one: replace(one, answer=answer, asked=1, title="名"))
    assert Drafts(drafts.folder).get(draft.id) == kept
    assert kept.changes == (HOURS,)
    assert kept.undone


def test_file_that_holds_no_draft_is_put_aside_and_told(drafts: Drafts) -> None:
    kept = drafts.open(ANN, VERSION)
    whole = (drafts.folder / f"{kept.id}.json").read_bytes()
    told = json.loads(whole)
    damaged = {
        "torn": whole[:40],
        "list": b"[1, 2]",
        "other": whole,  # under another draft's name
        "future": json.dumps({**told, "id": "future", "format": 2}).encode(),
        "number": json.dumps({**told, "id": "number", "owner": 3}).encode(),
        "deep": b"[" * 100_000,
    }
    for name, content in damaged.items():
        (drafts.folder / f"{name}.json").write_bytes(content)
    again = Drafts(drafts.folder)
    assert again.all() == (kept,)
    assert sorted(again.damaged) == sorted(f"{name}.json" for name in damaged)
    assert len(list((drafts.folder / "damaged").iterdir())) == len(damaged)


def test_changes_made_at_the_same_time_are_all_kept(drafts: Drafts) -> None:
    draft = drafts.open(ANN, VERSION)
    changes = [Change("hours", {"rep": f"R{number}"}) for number in range(40)]
    with ThreadPoolExecutor(8) as pool:
        jobs = [pool.submit(drafts.update, draft.id, _adding(one)) for one in changes]
    assert all(job.exception() is None for job in jobs)
    kept = Drafts(drafts.folder).get(draft.id)
    assert {one["rep"] for one in kept.changes} == {one["rep"] for one in changes}


def _adding(change: Change):
    return lambda draft: draft.with_change(change)


def test_browser_opens_one_draft_however_often_it_asks_at_once(drafts: Drafts) -> None:
    with ThreadPoolExecutor(8) as pool:
        found = set(pool.map(lambda _: drafts.open(ANN, VERSION).id, range(16)))
    assert len(found) == 1


def test_draft_stays_as_it_was_where_it_cannot_be_kept(
    drafts: Drafts, monkeypatch: pytest.MonkeyPatch
) -> None:
    draft = drafts.open(ANN, VERSION)

    def full(*_: object) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr("allocopt.review.drafts.drafts.write_atomic", full)
    with pytest.raises(OSError, match="No space"):
        drafts.update(draft.id, lambda one: one.with_change(HOURS))
    assert drafts.get(draft.id).changes == ()


def test_draft_and_browser_have_limits(drafts: Drafts) -> None:
    draft = drafts.open(ANN, VERSION)
    many = (HOURS,) * MOST_CHANGES
    drafts.update(draft.id, lambda one: replace(one, changes=many))
    with pytest.raises(TooMany, match="changes"):
        drafts.update(draft.id, lambda one: one.with_change(GONE))
    long = Change("lock", {"unit": "U" * 300_000})
    with pytest.raises(TooMany, match="letters"):
        drafts.update(draft.id, lambda one: replace(one, changes=(long,)))
    for _ in range(MOST_DRAFTS - 1):
        drafts.new(ANN, VERSION)
    with pytest.raises(TooMany, match="drafts"):
        drafts.new(ANN, VERSION)
    assert drafts.new(BOB, VERSION).owner == "bob"


def test_draft_that_was_chosen_is_the_current_one(drafts: Drafts) -> None:
    first = drafts.open(ANN, VERSION)
    second = drafts.new(ANN, VERSION)
    assert drafts.current("a", VERSION) == second
    drafts.choose(first.id)
    found = Drafts(drafts.folder).current("a", VERSION)
    assert found is not None
    assert found.id == first.id


def test_discarded_draft_lies_in_the_bin(drafts: Drafts) -> None:
    draft = drafts.open(ANN, VERSION)
    drafts.discard(draft.id)
    assert drafts.all() == Drafts(drafts.folder).all() == ()
    assert (drafts.folder / "bin" / f"{draft.id}.json").exists()
    with pytest.raises(KeyError):
        drafts.get(draft.id)


def test_undo_and_redo_go_through_every_list_of_changes() -> None:
    start = Draft("d", VERSION, "ann", "a")
    end = start.with_change(HOURS).with_change(GONE).without(0).cleared()
    lists = [()]
    while end.past:
        end = end.undo()
        lists.append(end.changes)
    assert lists == [(), (GONE,), (HOURS, GONE), (HOURS,), ()]
    assert end.undo() is end
    again = end.redo().redo().redo().redo()
    assert again.changes == ()
    assert again.redo() is again


def test_new_change_forgets_what_was_undone() -> None:
    draft = Draft("d", VERSION, "ann", "a").with_change(HOURS).undo().with_change(GONE)
    assert draft.redo().changes == (GONE,)


def test_answer_is_one_again_to_the_list_that_somebody_goes_back_to() -> None:
    asked = Draft("d", VERSION, "ann", "a").with_change(HOURS)
    answered = replace(asked, answer=Answer(asked.revision, "solved"))
    assert answered.is_answered
    other = answered.with_change(GONE)
    assert not other.is_answered
    assert other.undo().is_answered
    # Another list never has the number of one that was undone.
    assert not answered.undo().with_change(GONE).is_answered


def test_change_that_is_not_there_cannot_be_removed() -> None:
    draft = Draft("d", VERSION, "ann", "a").with_change(HOURS)
    assert draft.without(1) is draft.without(-1) is draft
