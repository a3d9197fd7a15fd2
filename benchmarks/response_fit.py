"""Response curves fitted to published marketing mixes: how close to the truth, what a plan makes of them.

    python benchmarks/response_fit.py [NAME …]

NAME picks mixes: pymc, robyn. The cases are looked for in `$ALLOCOPT_CASES`, else in `../shared/cases`
beside the repository. Eight weeks are planned with last year's mean budget; the lift of each split is
that of the fitted curves, and of the true ones where they are known.
"""

from __future__ import annotations

import sys
import tempfile
import time
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[1] / "tests"))

from published import media_mix
from support_cases import cases_folder

import allocopt

CURVE = "{:<8}{:<10}{:<8}{:>10}{:>8}{:>12}{:>12}{:>12}{:>10}"
SPLIT = "{:<8}{:<10}{:>14}{:>14}{:>14}"


def main(names: list[str]) -> None:
    """Print the curves of each mix, then its splits."""
    for mix in media_mix.MIXES:
        if names and mix.name not in names:
            continue
        with tempfile.TemporaryDirectory() as folder:
            show(mix, Path(folder))


def show(mix: media_mix.Mix, folder: Path) -> None:
    """Fit, plan and compare one mix."""
    cases = cases_folder()
    media_mix.write_mix(mix, cases, folder, budget=media_mix.usual_budget(mix, cases))
    scenario = allocopt.load_scenario(folder)
    began = time.perf_counter()
    reports = allocopt.report_responses(scenario)
    seconds = time.perf_counter() - began
    header = ("mix", "lever", "form", "carryover", "shape", "mean lift", "true", "return", "R²")
    print(CURVE.format(*header))
    truths = media_mix.true_mean_lifts(mix, cases)
    for report in reports:
        found = media_mix.mean_lift(report, media_mix.spend_of(mix, cases)[report.lever])
        true = truths.get(report.lever)
        print(
            CURVE.format(
                mix.name,
                report.lever,
                report.term.form,
                f"{report.term.carryover:.2f}",
                f"{report.term.shape:.2f}",
                f"{found:,.0f}",
                "" if true is None else f"{true:,.0f}",
                f"{report.marginal_return:.2f}",
                f"{report.accuracy.r_squared:.3f}" if report.accuracy else "",
            )
        )
    accuracy = reports[0].accuracy
    if accuracy is not None:
        print(
            f"hold-out error {accuracy.holdout:.2%}, without levers {accuracy.holdout_without:.2%}; "
            f"{seconds:.1f} s with 40 refits"
        )
    began = time.perf_counter()
    plan = allocopt.plan_scenario(scenario)
    print(f"planned in {time.perf_counter() - began:.1f} s, gap {plan.summary['gap']:.1e}")
    print(SPLIT.format("mix", "lever", "optimal", "equal", "last year's"))
    splits = media_mix.splits(mix, cases, plan)
    for lever in mix.levers:
        amounts = (f"{split[lever]:,.0f}" for split in splits.values())
        print(SPLIT.format(mix.name, lever, *amounts))
    for name, lift in (("fitted lift", media_mix.fitted_lift), ("true lift", media_mix.true_lift)):
        lifts = [lift(mix, cases, plan, split) for split in splits.values()]
        if lifts[0] is not None:
            print(SPLIT.format("", name, *(f"{amount:,.0f}" for amount in lifts)))
    print()


if __name__ == "__main__":
    main(sys.argv[1:])
