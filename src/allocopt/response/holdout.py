"""Hold-out: how well curves foretell sales that they were not fitted to, later ones in time."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace

import numpy as np

from allocopt.response.estimate import Estimate, estimate
from allocopt.response.forms import FORMS, Form, Values
from allocopt.response.observations import Observations

# Parts of the past that are foretold from what lies before them.
FOLDS, FOLD = 3, 0.1


@dataclass(frozen=True)
class Accuracy:
    """Shares of sales: error of the hold-outs with and without the levers, and R² over all periods."""

    holdout: float
    holdout_without: float
    r_squared: float


def choose_forms(seen: Observations, asked: Sequence[Form]) -> tuple[Form, ...]:
    """The asked forms, one and the same for all that are open.

    ADBUDG, unless another clearly foretells better: forms differ most near no spend, where little is seen.
    """
    if all(form.name for form in asked):
        return tuple(asked)
    tried = {name: _filled(asked, name) for name in FORMS}
    errors = {name: _missed(seen, forms)[0] for name, forms in tried.items()}
    usual = errors.pop(FORMS[-1])
    better = [name for name, error in errors.items() if _clearly_less(error, usual)]
    best = min(better, key=lambda name: float(errors[name].sum()), default=FORMS[-1])
    return tried[best]


def _clearly_less(errors: Values, usual: Values) -> bool:
    """Whether errors are less by more than two standard errors of the difference."""
    gain = usual - errors
    return bool(gain.mean() > 2 * gain.std() / np.sqrt(len(gain)))


def _filled(asked: Sequence[Form], name: str) -> tuple[Form, ...]:
    return tuple(form if form.name else replace(form, name=name) for form in asked)


def holdout_error(seen: Observations, forms: Sequence[Form]) -> float:
    """WAPE over the hold-outs: Σ |sales − foretold| / Σ sales."""
    missed, sold = _missed(seen, forms)
    return float(missed.sum() / sold.sum()) if sold.sum() > 0 else np.nan


def _missed(seen: Observations, forms: Sequence[Form]) -> tuple[Values, Values]:
    """What was foretold wrongly, and what was sold, by period of the hold-outs. [currency/period]"""
    missed, sold = [], []
    start = None
    for early, later in _folds(seen):
        found = estimate(early, forms, start)
        start = found.parameters
        off = np.abs(seen.sales - foretold(early, found))[:, later]
        missed.append(seen.size @ off)
        sold.append(seen.size @ seen.sales[:, later])
    return np.concatenate(missed), np.concatenate(sold)


def accuracy(seen: Observations, forms: Sequence[Form], found: Estimate) -> Accuracy:
    """Errors of an estimate, on later periods and on its own."""
    nothing = replace(seen, spend=np.zeros_like(seen.spend))
    fixed = [Form("linear", 0.0)] * len(forms)
    known = seen.known
    off = (seen.sales - foretold(seen, found))[:, known]
    spread = seen.sales[:, known] - seen.sales[:, known].mean(axis=1, keepdims=True)
    weight = (seen.size**2)[:, None]
    return Accuracy(
        holdout_error(seen, forms),
        holdout_error(nothing, fixed),
        1 - float((weight * off**2).sum() / (weight * spread**2).sum()),
    )


def foretold(seen: Observations, found: Estimate) -> Values:
    """Sales that an estimate expects in all periods; (place, period), as shares of usual sales.

    Controls are weighed by the periods that `seen` knows.
    """
    lift = sum(
        height * term.lift(spend)
        for height, term, spend in zip(found.lifts, found.terms, seen.spend, strict=True)
    )
    rest = (seen.sales - lift)[:, seen.known]
    weights, *_ = np.linalg.lstsq(seen.controls[seen.known], rest.T, rcond=1e-8)
    expected: Values = lift + (seen.controls @ weights).T
    return expected


def _folds(seen: Observations) -> Iterator[tuple[Observations, np.ndarray]]:
    """What is known early, and which known periods come right after."""
    periods = len(seen.known)
    length = max(1, round(periods * FOLD))
    for fold in range(FOLDS, 0, -1):
        cut = periods - fold * length
        later = np.zeros(periods, dtype=bool)
        later[cut : cut + length] = True
        yield seen.first(cut), later & seen.known
