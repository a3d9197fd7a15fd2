"""The command forecast: what goes to stdout, what is told, and the files that can be asked for."""

from __future__ import annotations

from pathlib import Path

import pandas as pd
import pytest
from support_command import Run, allocopt
from support_scenario import write_scenario

from allocopt.cli.accuracy import TOO_SHORT, accuracy_lines
from allocopt.forecasting import Forecast
from allocopt.forecasting.evaluation import ACCURACY
from allocopt.forecasting.result import nothing

YAML = """
calendar: {plan_start: 2026-01-01, plan_periods: 3}
forecast: {recipe: fast}
"""
# Three years of two cells: East sells 100 and half as much more each December, West a tenth of it.
HISTORY = "date,territory,segment,sales\n" + "".join(
    f"{year}-{month:02d}-01,{place},Key,{size * (15 if month == 12 else 10) + month % 3}\n"
    for place, size in (("East", 10), ("West", 1))
    for year in (2023, 2024, 2025)
    for month in range(1, 13)
)


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return write_scenario(tmp_path_factory.mktemp("given") / "s", YAML, history=HISTORY)


@pytest.fixture(scope="module")
def tested(folder: Path, tmp_path_factory: pytest.TempPathFactory) -> tuple[Run, Path]:
    """One run that asks for everything, and where its files are."""
    made = tmp_path_factory.mktemp("made")
    tables = {name: made / f"{name}.csv" for name in ("out", "samples", "tested")}
    files = {**tables, **{name: made / f"{name}.html" for name in ("report", "chart")}}
    options = [text for name, path in files.items() for text in (f"--{name}", path)]
    done = allocopt(
        *("forecast", folder, "--set", "forecast.samples=3"),
        *(*options, "--series", "East/Key", "--series", "", "--language", "en"),
    )
    assert done.exit_code == 0
    return done, made


def test_forecast_is_a_table_on_stdout_and_talk_is_on_stderr(folder: Path) -> None:
    done = allocopt("forecast", folder)
    assert done.exit_code == 0
    header, *rows = done.stdout.splitlines()
    assert header.split()[:4] == ["territory", "segment", "unit", "period"]
    assert len([row for row in rows if row.startswith("East")]) == 3
    assert "2 series × 36 months" in done.stderr
    assert "2 series" not in done.stdout


def test_what_was_found_is_told_in_the_language_of_the_scenario(folder: Path) -> None:
    done = allocopt("forecast", folder, "--set", "scenario.language=zh-CN")
    assert "2 个序列 × 36 个月" in done.stderr


def test_notes_are_told_in_the_language_that_is_asked_for_and_stay_english_in_json(
    tmp_path: Path,
) -> None:
    late = HISTORY + "2026-02-01,East,Key,100\n"
    folder = write_scenario(tmp_path / "s", YAML, history=late)
    english = "1 history rows from 2026-01-01 on lie in the plan: not used."
    chinese = "1 行销售历史自 2026-01-01 起，已在计划期内，未使用。"
    assert english in allocopt("forecast", folder).stderr
    told = allocopt("forecast", folder, "--language", "zh-CN").stderr
    assert chinese in told
    assert english not in told
    document = allocopt("forecast", folder, "--language", "zh-CN", "--json").json()
    assert english in document["notes"]


def test_back_test_stands_beside_the_simple_forecasters(tested: tuple[Run, Path]) -> None:
    lines = tested[0].stdout.splitlines()
    header = next(line for line in lines if line.startswith("over cells"))
    assert "WAPE above ours" in header
    for name in ("naive", "seasonal naive", "theta"):
        (row,) = [line for line in lines if line.startswith(f"{name}  ")]
        assert "points" in row
    (ours,) = [line for line in lines if line.startswith("chosen:")]
    name = ours.removeprefix("chosen: ").partition(",")[0]
    assert "points" not in next(line for line in lines if line.startswith(f"{name}  "))


def test_files_are_what_was_asked_for(tested: tuple[Run, Path]) -> None:
    _, made = tested
    table = pd.read_csv(made / "out.csv", keep_default_na=False)
    assert {"mean", "lower", "upper", "median"} <= set(table.columns)
    samples = pd.read_csv(made / "samples.csv")
    weights = samples.groupby("sample")["weight"].first()
    assert len(weights) <= 3
    assert weights.sum() == pytest.approx(1)
    past = pd.read_csv(made / "tested.csv")
    assert (past["origin"] <= past["period"]).all()
    assert past["actual"].notna().all()
    assert "what was found" in (made / "report.html").read_text(encoding="utf-8")


def test_chart_has_the_series_that_were_asked_for(tested: tuple[Run, Path]) -> None:
    page = (tested[1] / "chart.html").read_text(encoding="utf-8")
    assert page.count("<svg") == 2
    assert "<figcaption>East / Key</figcaption>" in page
    assert "<figcaption>The whole company</figcaption>" in page
    assert "Forecast made earlier" in page


def test_forecast_that_is_written_to_a_file_is_not_printed(tested: tuple[Run, Path]) -> None:
    done, made = tested
    assert not any(line.startswith("territory") for line in done.stdout.splitlines())
    assert f"Written to {made / 'out.csv'}." in done.stderr


def test_json_has_every_table_and_nothing_else_is_on_stdout(folder: Path) -> None:
    document = allocopt("forecast", folder, "--json").json()
    assert {row["node"] for row in document["nodes"]} == {"", "East", "West"}
    assert len(document["table"]) == 2 * 3
    assert {row["forecaster"] for row in document["provenance"]} == {document["name"]}
    assert document["report"]["gap"] == 0
    for name in ("products", "accuracy", "opinions", "effects", "notes"):
        assert isinstance(document[name], list)


def test_csv_has_every_row_and_the_accuracy_is_kept_apart(folder: Path) -> None:
    done = allocopt("forecast", folder, "--csv", "--backtest")
    assert len(done.stdout.splitlines()) == 1 + 2 * 3
    assert ",".join(ACCURACY) in done.stderr


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (["--chart", "x.svg"], "must end with .html"),
        (["--report", "x.txt"], ".csv or .html"),
        (["--series", "East/Key"], "give both"),
        (["--samples", "x.csv"], "--set forecast.samples=50"),
    ],
    ids=" ".join,
)
def test_option_that_cannot_be_met_is_refused_before_anything_is_computed(
    folder: Path, monkeypatch: pytest.MonkeyPatch, arguments: list[str], words: str
) -> None:
    monkeypatch.setattr("allocopt.forecasting.forecast_scenario", None)
    done = allocopt("forecast", folder, *arguments)
    assert done.exit_code == 2
    assert words in done.stderr


def test_unknown_series_is_an_error_with_the_nearest_name(folder: Path, tmp_path: Path) -> None:
    arguments = ("--chart", tmp_path / "c.html", "--series", "East/Kye")
    done = allocopt("forecast", folder, *arguments)
    assert done.exit_code == 1
    assert "did you mean 'East/Key'?" in done.stderr
    assert not (tmp_path / "c.html").exists()


def test_given_demand_has_no_report_and_says_so(tmp_path: Path) -> None:
    months = [
        f"2026-{month:02d},{place},Key,9" for place in ("East", "West") for month in (1, 2, 3)
    ]
    demand = "\n".join(["period,territory,segment,mean", *months])
    folder = write_scenario(tmp_path / "s", YAML, demand=demand)
    done = allocopt("forecast", folder, "--report", tmp_path / "r.csv")
    assert done.exit_code == 1
    assert "nothing was forecast from history" in done.stderr
    assert allocopt("forecast", folder, "--json").json()["report"] == {}
    assert allocopt("forecast", folder, "--chart", tmp_path / "c.html").exit_code == 0


def measured(*rows: tuple[str, str, float, float, float, float]) -> Forecast:
    """A forecast called `ours` with rows of accuracy over cells."""
    table = pd.DataFrame([(name, "cell", *rest) for name, *rest in rows], columns=ACCURACY)
    made = nothing(())
    return Forecast(made.table, made.nodes, made.past, table, made.provenance, name="ours")


def test_accuracy_lines_tell_the_difference_and_how_sure_it_is() -> None:
    nan = float("nan")
    lines = accuracy_lines(
        measured(
            ("naive", "wape", 0.2, 0.1, 0.04, 0.15),
            ("ours", "wape", 0.1, nan, nan, nan),
            ("theta", "wape", 0.09, -0.01, nan, nan),
            ("ours", "coverage_80", 0.789, nan, nan, nan),
        )
    )
    assert lines[0] == "chosen: ours, WAPE 10.0%, bias "
    told = [" ".join(line.split()) for line in lines[2:]]
    assert told == [
        "theta 9.0% -1.0 points",
        "ours 10.0%",
        "naive 20.0% +10.0 points (+4.0 … +15.0)",
        "The 80 % interval held 78.9% of what came.",
    ]


def test_past_that_is_too_short_is_told() -> None:
    assert accuracy_lines(measured()) == [TOO_SHORT]


def test_an_output_never_replaces_a_table_of_the_scenario(folder: Path) -> None:
    before = (folder / "history.csv").read_bytes()
    for option in ("--out", "--tested"):
        done = allocopt("forecast", folder, option, folder / "history.csv")
        assert done.exit_code == 2
        assert "is a table of the scenario" in done.stderr
    assert (folder / "history.csv").read_bytes() == before


def test_two_outputs_never_go_to_one_file(folder: Path, tmp_path: Path) -> None:
    same = tmp_path / "same.html"
    done = allocopt("forecast", folder, "--report", same, "--chart", same)
    assert done.exit_code == 2
    assert "written twice" in done.stderr
    assert not same.exists()


def test_csv_and_json_are_not_asked_for_together(folder: Path) -> None:
    assert allocopt("forecast", folder, "--csv", "--json").exit_code == 2
