"""What a reader may not see is in no document of any kind and no file of any format."""

from __future__ import annotations

import io
import re
import zipfile
from dataclasses import replace
from email import message_from_bytes
from pathlib import Path
from typing import Any

import pandas as pd
import pytest

from allocopt.config import Config
from allocopt.contingency.pack import COLUMNS
from allocopt.documents.facts.subject import COMPANY, Subject
from allocopt.documents.facts.visibility import hidden_from, seen_by
from allocopt.documents.file_formats import FORMATS
from allocopt.documents.kinds import KINDS
from allocopt.documents.rendering import Material, Rendering, Request, Solved, rendering_of
from allocopt.documents.writers import mail
from allocopt.plan import OPTIONAL_COLUMNS, OPTIONAL_TABLES

from .conftest import Case

# Secrets as numbers, and the ways in which a document could write them.
PAY, CHANCE, LEAVE = 987_654.0, 0.7531, pd.Timestamp("2026-08-17")
FORMS = {
    "cost": (r"987[,.]?654", r"98\.8\s*万", r"988k"),
    "attain_probability": (r"0\.7531", r"75\.31?\s?%", r"\b75\s?%"),
    "leaving": (r"2026-08-17", "17 August 2026", "2026年8月17日", r"\b46251\b"),
}
# The page of a PDF is that of HTML.
FILES = [name for name in FORMATS if name != "pdf"]
OFFICE = frozenset({"xlsx", "docx", "pptx"})
SUBJECTS = {"territory": "T1", "account": "T1/Mid market", "rep": "R1"}


@pytest.fixture(scope="module")
def secretive(case: Case) -> Case:
    """The made-up plan with a secret pay, chance and leave in every place that can hold one."""
    quotas = case.plan["quotas"].assign(attain_probability=CHANCE, payout_mean=PAY, payout_p90=PAY)
    columns = list(OPTIONAL_TABLES["attainment"])
    attainment = pd.DataFrame({"level": "rep", "rep": ["R1", "R2"]}).reindex(columns=columns)
    attainment[columns[2:4]] = 1_000_000.0
    attainment[["attain_probability", "lower", "upper"]] = CHANCE
    attainment[columns[7:]] = PAY
    kpis = pd.DataFrame(
        [
            *(
                (name, "company", "", PAY)
                for name in ("people_cost", "contribution", "payout_mean")
            ),
            ("attain_probability", "company", "", CHANCE),
        ],
        columns=["kpi", "scope", "period", "value"],
    )
    leaving = {"R1": str(LEAVE.date())}
    reps = case.plan["reps"].assign(
        cost=PAY, end=lambda t: t["rep"].map(leaving).fillna("2026-12-31")
    )
    given = case.scenario.tables["reps"].assign(
        cost=PAY,
        variable_pay=PAY,
        status=lambda t: t["status"].mask(t["rep"] == "R1", "leaving"),
        end=lambda t: pd.to_datetime(t["rep"].map(leaving)),
    )
    parts = {**case.plan.summary["objective_parts"], "people": -PAY, "variable_pay": -PAY}
    return (
        case.with_plan(
            quotas=quotas,
            attainment=attainment,
            reps=reps,
            kpis=pd.concat([case.plan["kpis"], kpis]),
            targets=case.plan["targets"].assign(probability=CHANCE),
            **_reviewed(),
        )
        .with_summary(objective_parts=parts, contribution=PAY, objective=PAY, bound=PAY)
        .with_summary(
            review={
                "closed": ["2026-01"],
                "through": "2026-01-31",
                "solved": True,
                "unchanged": {"contribution": PAY},
            }
        )
        .with_summary(warnings=[f"R1 leaves on {LEAVE.date()}; pay {PAY:,.0f}"])
        .with_scenario(reps=given)
    )


def _reviewed() -> dict[str, pd.DataFrame]:
    """Tables of a review, with a secret chance in its alert."""
    page = {
        "scope": "company",
        "item": "",
        "period": "2026",
        "grain": "year",
        "ytd_unreported": 0.0,
    }
    alert = {"alert": "runrate", "scope": "company", "since": "2026-01", "probability": CHANCE}
    columns = [*OPTIONAL_TABLES["performance"], *OPTIONAL_COLUMNS["performance"]]
    return {
        "performance": pd.DataFrame([page]).reindex(columns=columns),
        "alerts": pd.DataFrame([alert]).assign(suggestion="Look.", text="It is so."),
    }


def pack() -> pd.DataFrame:
    """A pack with a secret chance, secret contributions, and a rep who may leave."""
    rows = pd.DataFrame({"name": ["demand-low", "lose-R1"], "scope": ["company", "rep=R1"]})
    rows = rows.assign(trigger="Sales are low.").reindex(columns=list(COLUMNS))
    amounts = {"contribution_kept": PAY, "contribution": PAY, "gain": PAY}
    return rows.assign(probability=CHANCE, **amounts)


def rendering(case: Case, kind: str, reader: Any, language: str) -> Rendering:
    first = KINDS[kind].subjects[0]
    subject = COMPANY if first == "company" else Subject(first, SUBJECTS[first])
    solved = Solved(case.plan, case.scenario, "ours")  # type: ignore[arg-type]
    material = Material(solved, before=solved, beside=(replace(solved, name="other"),), pack=pack())
    return rendering_of(material, Request(kind, language, subject, reader))


def everything_in(path: Path) -> str:
    """All text of a file: of each part of an archive, of each part of a message."""
    data = path.read_bytes()
    if path.suffix == ".eml":
        parts = message_from_bytes(data).walk()
        data = b"\n".join(part.get_payload(decode=True) or b"" for part in parts)
    if zipfile.is_zipfile(io.BytesIO(data)):
        with zipfile.ZipFile(io.BytesIO(data)) as archive:
            data = b"\n".join(archive.read(name) for name in archive.namelist())
    text = data.decode("utf-8", errors="replace")
    # Style sheets and drawings have numbers of their own.
    return re.sub(r"<(style|svg)\b.*?</\1>", " ", text, flags=re.DOTALL)


@pytest.fixture(autouse=True)
def mail_carries_the_page(monkeypatch: pytest.MonkeyPatch) -> None:
    """A page can be read back, what is printed cannot."""
    monkeypatch.setattr(mail, "can_print", lambda _page: False)


def written(
    made: Rendering, folder: Path, left_out: frozenset[str] = frozenset()
) -> dict[str, str]:
    texts = {}
    for name in (name for name in FILES if name not in left_out):
        path = folder / f"document{FORMATS[name].suffix}"
        FORMATS[name].write(made, path)
        texts[name] = everything_in(path)
    return texts


@pytest.mark.parametrize("reader", ["viewer", "rep"])
@pytest.mark.parametrize("kind", list(KINDS))
def test_no_kind_and_no_format_tells_viewers_and_reps_a_secret(
    secretive: Case, tmp_path: Path, kind: str, reader: str
) -> None:
    # What the two may see is the same; one of them is enough for formats that take long to write.
    language, left_out = ("en", OFFICE) if reader == "rep" else ("zh-CN", frozenset[str]())
    made = rendering(secretive, kind, reader, language)
    for name, text in written(made, tmp_path, left_out).items():
        for secret, forms in FORMS.items():
            found = [form for form in forms if re.search(form, text)]
            assert not found, f"{kind} as {name} tells {reader}s {secret}: {found}"


def test_viewers_and_reps_may_see_the_same(secretive: Case) -> None:
    visibility = secretive.scenario.config.visibility
    assert hidden_from("viewer", visibility) == hidden_from("rep", visibility) == tuple(FORMS)


def test_planners_find_the_same_secrets(secretive: Case, tmp_path: Path) -> None:
    texts = written(rendering(secretive, "annual", "analyst", "en"), tmp_path, OFFICE)
    for secret, forms in FORMS.items():
        assert any(re.search(form, texts["csv"]) for form in forms), secret


def test_rep_sheets_hide_secrets_though_nobody_asked(secretive: Case, tmp_path: Path) -> None:
    texts = written(rendering(secretive, "rep", None, "en"), tmp_path, OFFICE)
    assert not re.search(FORMS["cost"][0], texts["csv"])


def test_named_roles_see_and_others_do_not(secretive: Case) -> None:
    case = secretive.with_config(visibility={"cost": ["viewer"], "leaving": []})
    visibility = case.scenario.config.visibility
    assert hidden_from("viewer", visibility) == ("attain_probability", "leaving")
    assert hidden_from("finance", visibility) == ("cost", "leaving")


def test_goals_of_a_hidden_measure_are_hidden(secretive: Case) -> None:
    case = secretive.with_config(
        goals=[{"name": "Earn", "measure": "contribution", "amount": PAY}, {"name": "Sell"}]
    )
    _, scenario = seen_by("viewer", case.plan, case.scenario)  # type: ignore[arg-type]
    assert [goal.name for goal in scenario.config.goals] == ["Sell"]


def test_settings_that_tell_pay_are_hidden(secretive: Case) -> None:
    case = secretive.with_config(headcount={"hire_cost": PAY, "max": 3}, incentive={"cap": 2.5})
    _, scenario = seen_by("viewer", case.plan, case.scenario)  # type: ignore[arg-type]
    assert (scenario.config.headcount.hire_cost, scenario.config.headcount.max) == (0, 3)
    assert scenario.config.incentive == Config().incentive


def test_hiding_changes_neither_the_plan_nor_the_scenario(secretive: Case) -> None:
    seen_by("rep", secretive.plan, secretive.scenario)  # type: ignore[arg-type]
    assert secretive.plan["reps"]["cost"].eq(PAY).all()
    assert secretive.scenario.table("reps")["status"].eq("leaving").any()
