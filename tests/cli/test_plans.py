"""The commands `plans`: what is told, what is refused, and that each command takes a stored version."""

from __future__ import annotations

import os
from pathlib import Path

import pytest
from sqlalchemy import make_url
from support_command import allocopt
from support_plan import FULL_MARGIN, scenario_of
from support_store import place_of, plan_folder

from allocopt.cli.recording import record, user_name
from allocopt.plan import save_plan
from allocopt.planning import plan_scenario

TEAM = """
approval:
  roles: {Ann: analyst, Mia: manager, Fay: finance}
  sign_off: [{territory: East, role: manager}, {role: finance}]
"""


@pytest.fixture(autouse=True)
def here(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """An empty current folder, and a user of whom only the login is known."""
    monkeypatch.chdir(tmp_path)
    monkeypatch.delenv("ALLOCOPT_STORE", raising=False)
    monkeypatch.setenv("ALLOCOPT_USER", "Ann")
    return tmp_path


def saved(objective: float = 1, **more: object) -> str:
    """Id of a plan that is saved by the command."""
    folder = plan_folder(Path("folder"), objective, **more)  # type: ignore[arg-type]
    return allocopt("plans", "save", folder, "--reason", "why").stdout.strip()


def test_save_tells_the_id_and_list_has_it() -> None:
    assert saved() == "demo/1"
    assert Path("plans", "store.sqlite").exists()
    again = allocopt("plans", "save", "folder", "--reason", "again")
    assert (again.stdout, again.exit_code) == ("demo/1\n", 0)
    assert "The same plan is stored already: demo/1, saved by Ann" in again.stderr
    (row,) = allocopt("plans", "list", "--json").json()
    assert (row["id"], row["state"], row["author"], row["reason"]) == (
        "demo/1",
        "draft",
        "Ann",
        "why",
    )
    assert allocopt("plans", "list", "--csv").stdout.startswith("id,state,plan,parent,author,")
    assert "demo/1  draft  demo-1" in allocopt("plans", "list").stdout
    assert allocopt("plans", "list", "--scenario", "other", "--json").json() == []
    assert allocopt("plans", "list", "--scenario", "other").exit_code == 0


def test_a_plan_goes_through_all_states() -> None:
    name = saved(yaml=TEAM)
    assert allocopt("plans", "submit", name).stdout == "demo/1: submitted\n"
    early = allocopt("plans", "approve", name, "--as", "Mia")
    assert early.exit_code == 1
    assert "still needs the sign-off of manager for East (Mia); finance (Fay)" in early.stderr
    signed = allocopt("plans", "sign-off", name, "--territory", "East", "--as", "Mia")
    assert (signed.stdout, signed.stderr) == (
        "signed off: manager for East\n",
        "still to sign: finance\n",
    )
    assert "Sign-offs still to be given:\n  finance" in allocopt("plans", "show", name).stdout
    assert "All have signed." in allocopt("plans", "sign-off", name, "--as", "Fay").stderr
    assert allocopt("plans", "approve", name, "--as", "Mia").stdout == "demo/1: approved\n"
    assert allocopt("plans", "publish", name, "--as", "Mia").stdout == "demo/1: published\n"
    shown = allocopt("plans", "show", name, "--json").json()
    assert shown["state"] == "published"
    assert [event["author"] for event in shown["history"]] == ["Ann", "Mia", "Fay", "Mia", "Mia"]
    assert (shown["missing"], shown["rules_of"]) == ([], "demo/1")


def test_a_refusal_says_who_may() -> None:
    name = saved(yaml=TEAM)
    allocopt("plans", "submit", name)
    refused = allocopt("plans", "approve", name)
    assert refused.exit_code == 1
    assert "Ann is analyst and may not approve demo/1; that is for manager: Mia" in refused.stderr
    assert allocopt("plans", "return", name, "--as", "Fay").exit_code == 2
    back = allocopt("plans", "return", name, "--as", "Fay", "--reason", "too dear")
    assert back.stdout == "demo/1: returned\n"
    assert "too dear" in allocopt("plans", "show", name).stdout


def test_without_roles_anybody_may_and_is_told_so() -> None:
    name = saved()
    allocopt("plans", "submit", name)
    assert "No rules are given" in allocopt("plans", "approve", name).stderr
    allocopt("plans", "publish", name)
    second = saved(2)
    for verb in ("submit", "approve"):
        allocopt("plans", verb, second)
    assert "rules    none: anybody may do everything" in allocopt("plans", "show", name).stdout
    assert "demo/1 is superseded." in allocopt("plans", "publish", second).stderr


def test_decisions_comments_and_actions_are_shown() -> None:
    name = saved()
    assert allocopt("plans", "comment", name, "mind the East").exit_code == 0
    assert allocopt("plans", "decide", name, "hire in May").exit_code == 0
    acted = allocopt(
        *("plans", "act", name, "call 李雷", "--who", "Mia", "--by", "2026-03-01", "--json")
    )
    assert acted.json() == {
        "key": "demo/1#1",
        "what": "call 李雷",
        "owner": "Mia",
        "due": "2026-03-01",
        "status": "open",
        "goal": "",
    }
    second = saved(2)
    shown = allocopt("plans", "show", second).stdout
    assert "follows  demo/1" in shown
    assert "hire in May" in shown
    assert "demo/1#1  call 李雷  Mia  2026-03-01  open" in shown
    allocopt("plans", "act", second, "--action", "demo/1#1", "--status", "done")
    assert "Open actions" not in allocopt("plans", "show", second).stdout
    assert "done: call 李雷" in allocopt("plans", "show", second).stdout


@pytest.mark.parametrize("words", [[], ["call", "--action", "demo/1#1"], ["--action", "demo/1#1"]])
def test_an_action_is_a_new_one_or_one_that_changes(words: list[str]) -> None:
    assert allocopt("plans", "act", saved(), *words).exit_code == 2


def test_the_second_is_told_how_to_go_on() -> None:
    saved()
    plan_folder(Path("his"), 2, created="2020-01-01T00:00:00+00:00")
    second = ("plans", "save", "his", "--reason", "mine", "--as", "Bob")
    told = allocopt(*second)
    assert told.exit_code == 1
    for part in ("demo/1, saved by Ann", "compare demo/1 his", "--onto demo/1", "--anyway"):
        assert part in told.stderr
    assert allocopt(*second, "--onto", "demo/1", "--json").json()["parent"] == "demo/1"


def test_restore_and_get_bring_the_old_plan_back() -> None:
    saved(1)
    saved(2)
    assert allocopt("plans", "restore", "demo/1").exit_code == 2
    restored = allocopt("plans", "restore", "demo/1", "--reason", "fails")
    assert restored.stdout == "demo/3\n"
    assert allocopt("plans", "get", "demo/3", "--out", "back").stdout == "back\n"
    plan_folder(Path("folder"), 1)
    assert Path("back", "plan.json").read_bytes() == Path("folder", "plan.json").read_bytes()
    again = allocopt("plans", "get", "demo/1", "--out", "back")
    assert (again.exit_code, "not empty" in again.stderr) == (2, True)


def test_verify_names_what_is_broken() -> None:
    import sqlite3

    saved()
    assert allocopt("plans", "verify").stdout.startswith("whole: 1 versions, 0 events")
    with sqlite3.connect("plans/store.sqlite") as database:
        database.execute("drop trigger plan_versions_no_update")
        database.execute("update plan_versions set author = 'Eve'")
    database.close()
    broken = allocopt("plans", "verify")
    assert broken.exit_code == 1
    assert broken.stdout.startswith("broken: demo/1 was changed after it was stored")
    assert allocopt("plans", "verify", "--json").json()["status"] == "broken"


def test_no_store_is_told_and_none_is_made() -> None:
    for words in (["list"], ["show", "demo/1"], ["verify"]):
        told = allocopt("plans", *words)
        assert told.exit_code == 1
        assert "no plan is stored at plans/store.sqlite yet" in told.stderr
    assert not Path("plans").exists()


def test_the_store_is_named_by_option_or_environment(monkeypatch: pytest.MonkeyPatch) -> None:
    plan_folder(Path("folder"))
    monkeypatch.setenv("ALLOCOPT_STORE", "one.sqlite")
    allocopt("plans", "save", "folder", "--reason", "why")
    allocopt("plans", "save", "folder", "--reason", "why", "--store", "deep/two.sqlite")
    assert Path("one.sqlite").exists()
    assert Path("deep", "two.sqlite").exists()


def test_a_store_that_is_off_stores_nothing(monkeypatch: pytest.MonkeyPatch, here: Path) -> None:
    folder = plan_folder(Path("folder"))
    monkeypatch.setenv("ALLOCOPT_STORE", "off")
    assert record(folder, reason="solved") is None
    told = allocopt("plans", "save", folder, "--reason", "why")
    assert (told.exit_code, "name a store with --store" in told.stderr) == (2, True)
    assert [path.name for path in here.iterdir()] == ["folder"]


def test_who_it_is_comes_from_option_environment_or_login(monkeypatch: pytest.MonkeyPatch) -> None:
    assert user_name("Bob") == "Bob"
    assert user_name(None) == "Ann"
    monkeypatch.delenv("ALLOCOPT_USER")
    monkeypatch.setenv("LOGNAME", "login")
    assert user_name(None) == "login"


def test_every_command_takes_a_stored_version_for_a_plan(tmp_path: Path) -> None:
    tables = {
        "units": "unit,territory,segment,hours,demand,rep\nu1,East,Key,10,100,Ann\n",
        "reps": "rep,territory,hours,cost\nAnn,East,20,10\n",
        "segments": FULL_MARGIN,
    }
    scenario = scenario_of(tmp_path / "s", **tables)
    folder = save_plan(plan_scenario(scenario), scenario, tmp_path / "plan")
    assert allocopt("plans", "save", folder, "--reason", "why").stdout == "s/1\n"
    assert allocopt("explain", "s/1").exit_code == 0
    # What a command writes into the plan's folder is found again.
    rendered = allocopt("render", "s/1", "--language", "en")
    assert rendered.stdout == "plans/versions/s/1/documents/annual.en.html\n"
    assert Path(rendered.stdout.strip()).exists()
    compared = allocopt("compare", "s/1", folder, "--json").json()
    assert all(row["plans/versions/s/1"] == row[str(folder)] for row in compared)
    Path("plans", "versions", "s", "1", "quotas.csv").write_text("changed")
    changed = allocopt("render", "s/1")
    assert (changed.exit_code, "is not what is stored as s/1" in changed.stderr) == (2, True)


def test_what_is_no_plan_and_not_stored_is_a_usage_error() -> None:
    saved()
    for command in ("render", "headcount-curve"):
        told = allocopt(command, "demo/7")
        assert (told.exit_code, "the latest one is demo/1" in told.stderr) == (2, True)
    assert allocopt("plans", "save", "demo/1", "--reason", "why").exit_code == 2


def test_recording_tells_the_version_and_never_fails(capsys: pytest.CaptureFixture[str]) -> None:
    folder = plan_folder(Path("folder"))
    assert record(folder, reason="solve") == "demo/1"
    assert record(folder, reason="solve") == "demo/1"
    assert capsys.readouterr().err == "stored as demo/1\nstored already as demo/1\n"
    Path("file").touch()
    assert record(folder, reason="solve", store="file/store.sqlite") is None
    assert record(folder, reason="solve", store="postgresql://u:hidden@127.0.0.1:1/db") is None
    err = capsys.readouterr().err
    assert err.count("Warning: the plan is in folder and was not stored as a version") == 2
    assert err.count("allocopt plans save folder --reason TEXT") == 2
    assert "hidden" not in err
    assert (folder / "plan.json").exists()


def test_recording_a_trial_keeps_it_beside_what_others_saved() -> None:
    saved(1)
    base = plan_folder(Path("trial"), 2, created="2020-01-01T00:00:00+00:00")
    assert record(base, reason="what if", user="Bob") is None
    assert record(base, reason="what if", user="Bob", beside=True) == "demo/2"


def test_no_secret_is_in_any_output_or_file(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    for place in place_of("postgresql", tmp_path):
        url = make_url(place).set(password="PLACE").render_as_string(hide_password=False)  # noqa: S106
        monkeypatch.setenv("ALLOCOPT_STORE", url.replace("PLACE", "${CANARY}"))
        monkeypatch.setenv("CANARY", "c4n@ry/w:rd%")
        name = saved()
        runs = [
            allocopt("plans", *words)
            for words in (
                ["list"],
                ["show", name],
                ["show", name, "--json"],
                ["show", "c4/1"],
                ["submit", name],
                ["submit", name],
                ["verify", "--json"],
                ["get", name, "--out", "out"],
                ["list", "--store", "postgresql://x:${CANARY}@127.0.0.1:1/db"],
                ["list", "--store", "postgresql://x:${CANARY}@127.0.0.1:1/db", "--json"],
            )
        ]
        assert [run.exit_code for run in runs] == [0, 0, 0, 1, 0, 1, 0, 0, 1, 1]
        written = [path.read_text() for path in tmp_path.rglob("*") if path.is_file()]
        told = [text for run in runs for text in (run.stdout, run.stderr)]
        assert not [text for text in (*told, *written) if "c4n" in text]
        assert os.environ["CANARY"] not in str(runs)
