"""Saving: what becomes a version, what it follows, and who is told that he is second."""

from __future__ import annotations

import datetime as dt
import json
from pathlib import Path

import pytest
from sqlalchemy import func, select
from support_store import plan_folder

from allocopt.errors import DataError, NotAllowed, StoreConflict, StoreError
from allocopt.store import (
    Store,
    Version,
    file_of,
    lasting_folder,
    list_versions,
    load_version,
    restore_version,
    save_version,
    schema,
    verify,
)


def save(store: Store, folder: Path, author: str = "Ann", **more: object) -> Version:
    """The version of a plan that is not stored yet."""
    saved = save_version(store, folder, author=author, reason="why", **more)  # type: ignore[arg-type]
    assert saved.is_new
    return saved.version


def ids(store: Store) -> list[str]:
    return [version.id for version, _ in list_versions(store)]


def soon() -> str:
    """A moment after everything that was saved up to now."""
    return (dt.datetime.now(dt.UTC) + dt.timedelta(hours=1)).isoformat(timespec="seconds")


def files_in(folder: Path) -> dict[str, bytes]:
    """Bytes of each file below a folder by its path."""
    files = (path for path in folder.rglob("*") if path.is_file())
    return {path.relative_to(folder).as_posix(): path.read_bytes() for path in files}


def test_versions_count_up_and_each_follows_the_one_before(store: Store, tmp_path: Path) -> None:
    first = save(store, plan_folder(tmp_path / "a", 1))
    second = save(store, plan_folder(tmp_path / "b", 2))
    assert (first.id, first.parent, first.previous_hash) == ("demo/1", "", "")
    assert (second.id, second.parent, second.previous_hash) == ("demo/2", "demo/1", first.own_hash)
    assert (first.author, first.reason, first.plan) == ("Ann", "why", "demo-1")


def test_scenarios_count_by_themselves(store: Store, tmp_path: Path) -> None:
    save(store, plan_folder(tmp_path / "a", 1))
    save(store, plan_folder(tmp_path / "b", 2, scenario="华东 2027"))
    assert ids(store) == ["demo/1", "华东 2027/1"]


def test_a_version_is_loaded_byte_for_byte(store: Store, tmp_path: Path) -> None:
    source = plan_folder(tmp_path / "a", units="unit\r\n客户\n", yaml="scenario: {name: demo}\n")
    save(store, source)
    assert files_in(source) == files_in(load_version(store, "demo/1", tmp_path / "out"))
    assert files_in(source) == files_in(load_version(store, "demo-1"))
    assert file_of(store, "demo/1", "inputs/units.csv") == "unit\r\n客户\n".encode()


def test_loading_overwrites_nothing(store: Store, tmp_path: Path) -> None:
    save(store, plan_folder(tmp_path / "a"))
    with pytest.raises(FileExistsError):
        load_version(store, "demo/1", tmp_path / "a")


def test_documents_and_hidden_files_are_not_stored(store: Store, tmp_path: Path) -> None:
    source = plan_folder(tmp_path / "a")
    (source / "documents").mkdir()
    (source / "documents" / "annual.en.html").write_text("page")
    (source / ".plan.json.k3j_x8ab").write_text("half")
    save(store, source)
    out = load_version(store, "demo/1", tmp_path / "out")
    assert not (out / "documents").exists()
    assert not (out / ".plan.json.k3j_x8ab").exists()


def test_files_that_did_not_change_are_kept_once(store: Store, tmp_path: Path) -> None:
    for objective in (1, 2, 3):
        save(store, plan_folder(tmp_path / "a", objective))
    with store.reading() as connection:
        contents = set(connection.scalars(select(schema.CONTENTS.c.sha256)))
        files = connection.scalar(select(func.count()).select_from(schema.FILES))
    # All tables and the configuration stay; plan.json is another one each time.
    per_version = len(list((tmp_path / "a").rglob("*.*")))
    assert files == 3 * per_version
    assert len(contents) == per_version + 2


def test_the_same_plan_is_no_new_version_whenever_it_was_solved(
    store: Store, tmp_path: Path
) -> None:
    save(store, plan_folder(tmp_path / "a", 1))
    save(store, plan_folder(tmp_path / "b", 2))
    again = plan_folder(tmp_path / "c", 1, seconds=99.0, created=soon())
    saved = save_version(store, again, author="Bob", reason="again")
    assert (saved.version.id, saved.is_new) == ("demo/1", False)
    assert ids(store) == ["demo/1", "demo/2"]


def test_a_changed_input_is_a_new_version(store: Store, tmp_path: Path) -> None:
    save(store, plan_folder(tmp_path / "a", units="unit\nu1\n"))
    save(store, plan_folder(tmp_path / "a", units="unit\nu2\n"))
    assert ids(store) == ["demo/1", "demo/2"]


def test_a_folder_without_a_whole_plan_is_refused(store: Store, tmp_path: Path) -> None:
    torn = plan_folder(tmp_path / "a")
    (torn / "quotas.csv").unlink()
    with pytest.raises(DataError, match="lacks this file"):
        save(store, torn)
    broken = plan_folder(tmp_path / "b")
    (broken / "plan.json").write_text("{")
    with pytest.raises(DataError, match="cannot be read"):
        save(store, broken)
    assert ids(store) == []


def test_the_second_of_two_is_told_who_saved_what_and_loses_nothing(
    store: Store, tmp_path: Path
) -> None:
    base = save(store, plan_folder(tmp_path / "base", 1))
    hers = plan_folder(tmp_path / "hers", 2, parent=base.plan)
    his = plan_folder(tmp_path / "his", 3, parent=base.plan)
    save(store, hers, "Ann")
    with pytest.raises(StoreConflict) as caught:
        save(store, his, "Bob")
    message = str(caught.value)
    assert "demo/2, saved by Ann at 20" in message
    assert "(why)" in message
    assert f"allocopt compare demo/2 {his}" in message
    assert ids(store) == ["demo/1", "demo/2"]
    assert (his / "plan.json").exists()
    assert save(store, his, "Bob", expected_parent="demo/2").parent == "demo/2"


def test_a_plan_can_be_kept_beside_the_other(store: Store, tmp_path: Path) -> None:
    base = save(store, plan_folder(tmp_path / "base", 1))
    save(store, plan_folder(tmp_path / "hers", 2, parent=base.plan), "Ann")
    beside = plan_folder(tmp_path / "his", 3, parent=base.plan)
    assert save(store, beside, "Bob", anyway=True).parent == "demo/1"
    assert ids(store) == ["demo/1", "demo/2", "demo/3"]


def test_trials_of_his_own_do_not_stand_in_the_way(store: Store, tmp_path: Path) -> None:
    base = save(store, plan_folder(tmp_path / "base", 1))
    save(store, plan_folder(tmp_path / "trial", 2, parent=base.plan))
    assert save(store, plan_folder(tmp_path / "plan", 3, parent=base.plan)).parent == "demo/1"


def test_onto_what_is_no_longer_the_latest_is_refused(store: Store, tmp_path: Path) -> None:
    for objective in (1, 2):
        save(store, plan_folder(tmp_path / "a", objective))
    with pytest.raises(StoreConflict):
        save(store, plan_folder(tmp_path / "b", 3), expected_parent="demo/1")


def test_what_others_saved_before_a_plan_was_solved_was_known(store: Store, tmp_path: Path) -> None:
    save(store, plan_folder(tmp_path / "a", 1), "Ann")
    early = plan_folder(tmp_path / "b", 2, created="2020-01-01T00:00:00+00:00")
    with pytest.raises(StoreConflict, match="is the first of its scenario, and since then"):
        save(store, early, "Bob")
    late = plan_folder(tmp_path / "b", 2, created=soon())
    assert save(store, late, "Bob").parent == "demo/1"


def test_what_others_saved_while_a_plan_was_solved_was_not_known(
    store: Store, tmp_path: Path
) -> None:
    save(store, plan_folder(tmp_path / "a", 1), "Ann")
    plan = plan_folder(tmp_path / "b", 2, created=soon())
    text = (plan / "plan.json").read_text(encoding="utf-8")
    told = {**json.loads(text), "seconds": 7200.0}
    (plan / "plan.json").write_text(json.dumps(told), encoding="utf-8")
    with pytest.raises(StoreConflict):
        save(store, plan, "Bob")


def test_a_plan_of_a_child_scenario_follows_the_plan_of_its_base(
    store: Store, tmp_path: Path
) -> None:
    save(store, plan_folder(tmp_path / "a", 1, scenario="base"))
    save(store, plan_folder(tmp_path / "b", 2, scenario="base"))
    child = save(store, plan_folder(tmp_path / "c", 3, scenario="child", parent="base-1"))
    assert (child.id, child.parent) == ("child/1", "base/1")


def test_restoring_makes_a_new_version_with_the_old_content(store: Store, tmp_path: Path) -> None:
    source = plan_folder(tmp_path / "a", 1)
    save(store, source)
    save(store, plan_folder(tmp_path / "b", 2))
    restored = restore_version(store, "demo/1", author="Bob", reason="the second one fails")
    assert (restored.id, restored.parent, restored.author) == ("demo/3", "demo/2", "Bob")
    assert files_in(source) == files_in(load_version(store, "demo/3", tmp_path / "out"))
    assert verify(store).broken == ""


@pytest.mark.parametrize(
    ("name", "reason", "part"),
    [("demo/1", " ", "needs a reason"), ("demo/2", "why", "is the latest version already")],
)
def test_restoring_needs_a_reason_and_an_old_version(
    store: Store, tmp_path: Path, name: str, reason: str, part: str
) -> None:
    for objective in (1, 2):
        save(store, plan_folder(tmp_path / "a", objective))
    with pytest.raises(NotAllowed, match=part):
        restore_version(store, name, author="Ann", reason=reason)
    assert ids(store) == ["demo/1", "demo/2"]


@pytest.mark.parametrize(
    ("name", "part"),
    [
        ("demo/7", "the latest one is demo/1"),
        ("dem/1", "its scenarios: demo"),
        ("demo-99", "its scenarios: demo"),
        ("demo/0", "its scenarios: demo"),
    ],
)
def test_a_version_that_is_not_there_is_told(
    store: Store, tmp_path: Path, name: str, part: str
) -> None:
    save(store, plan_folder(tmp_path / "a"))
    with pytest.raises(StoreError, match=part):
        load_version(store, name)


@pytest.mark.parametrize("scenario", ["../../x", "a/b", "..", "con:1", "华东 2027"])
def test_a_lasting_folder_is_below_its_place_whatever_the_name(
    store: Store, tmp_path: Path, scenario: str
) -> None:
    version = save(store, plan_folder(tmp_path / "plan", scenario=scenario))
    place = tmp_path / "deep" / "plans"
    folder = lasting_folder(store, version.id, place)
    assert folder == lasting_folder(store, version.id, place)
    assert folder.resolve().parents[1] == place / "versions"
    (folder / "plan.json").write_text("{}")
    with pytest.raises(StoreError, match="is not what is stored as"):
        lasting_folder(store, version.id, place)


def test_text_that_no_database_can_hold_is_told(store: Store, tmp_path: Path) -> None:
    with pytest.raises(StoreError, match="surrogates not allowed"):
        save(store, plan_folder(tmp_path / "plan"), "\udcff")
