"""Exchange: a better set of choices by shifts, swaps, and cyclic exchange.

A shift gives one unit to another rep, a swap exchanges two units between two reps. A cyclic exchange takes
one unit out of each rep and puts all back at once by a linear assignment (the assignment neighbourhood of
large-scale neighbourhood search: Ahuja, Ergun, Orlin and Punnen, 2002). Gains are those of
`choices.Choices`; what they mean for the other columns is for the caller to see.
"""

from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import dataclass, field

import numpy as np
from scipy.optimize import linear_sum_assignment
from scipy.sparse import csr_array

from allocopt.solver.compiled import Floats, Mask, Numbers
from allocopt.solver.local.choices import Choices

# A change must gain more than this share of the largest cost of an option.
WORTH_IT = 1e-9
# Of the units that a rep could give to another, so many are tried in swaps.
SWAPPED = 16
# Cyclic exchanges in vain before the search ends, and choices × reps up to which there are any.
PATIENCE, LARGEST = 10, 20_000_000
# Swaps are evaluated for so many numbers at a time.
NUMBERS = 4_000_000

Swap = tuple[float, int, int]  # what it gains, and the two options that are taken


def exchanged(
    choices: Choices,
    chosen: Numbers,
    seconds: float,
    seed: int,
    stop: Callable[[], bool],
    gain: float = np.inf,
) -> Numbers:
    """Choices that no shift or swap makes better, and no cyclic exchange that was tried.

    Ends once they are worth as much as `gain` more than those given.
    """
    state = State(choices, chosen.copy(), np.random.default_rng(seed))
    until, in_vain = time.monotonic() + seconds, 0
    wanted = state.worth() + gain
    cyclic = choices.shape[0] * choices.shape[1] <= LARGEST and choices.shape[1] > 2
    while time.monotonic() < until and not stop() and state.worth() < wanted:
        if state.shift() or state.swap():
            in_vain = 0
        elif not cyclic or in_vain >= PATIENCE:
            break
        else:
            in_vain = 0 if state.rotate() else in_vain + 1
    return state.chosen


@dataclass
class State:
    """Chosen options, and what they take of the rows of each rep and of shared rows."""

    choices: Choices
    chosen: Numbers
    random: np.random.Generator
    taken: Floats = field(init=False)
    shared: Floats = field(init=False)
    swaps: dict[int, Swap] = field(init=False, default_factory=dict)

    def __post_init__(self) -> None:
        c = self.choices
        chosen = self.chosen[self.chosen >= 0]
        self.taken = np.zeros(c.own.price.shape)
        np.add.at(self.taken, c.rep[chosen], c.take[chosen])
        self.shared = np.asarray(c.shared_take[chosen].sum(axis=0)).reshape(c.shared.price.shape)
        self.least = WORTH_IT * float(np.abs(c.cost).max(initial=0.0))
        self.option_of = _look_up(c)
        self.kept: Floats | None = None
        # What changes are worth is kept for reps whose units are the same as when it was worked out.
        self.leaving, self.gain = np.zeros(len(c.choice)), np.zeros(len(c.choice))
        self.moved = np.ones(len(c.optional), dtype=bool)
        self.unweighed, self.unpaired = np.ones((2, c.shape[1]), dtype=bool)

    def worth(self) -> float:
        """Worth of all choices."""
        cost = self.choices.cost[self.chosen[self.chosen >= 0]].sum()
        own, shared = self.choices.own.worth(self.taken), self.choices.shared.worth(self.shared)
        return float(cost + own.sum() + shared.sum())

    def shift(self) -> int:
        """Gives units to other reps, each rep taking part once at most; how many."""
        gain = self._gain_of_shifts()
        order = np.argsort(-gain, kind="stable")[: 4 * self.choices.shape[1]]
        used, moved = np.zeros(self.choices.shape[1], dtype=bool), 0
        for option in order[gain[order] > self.least].tolist():
            before = int(self.chosen[self.choices.choice[option]])
            reps = self.choices.rep[[option] if before < 0 else [option, before]]
            if used[reps].any() or not self._still_gains([before], [option], moved):
                continue
            used[reps] = True
            self._move([before], [option])
            moved += 1
        return moved

    def swap(self) -> int:
        """Exchanges units between pairs of reps, each rep taking part once at most; how many pairs."""
        self._look_for_swaps()
        used, moved = np.zeros(self.choices.shape[1], dtype=bool), 0
        order = sorted(self.swaps.items(), key=lambda item: (-item[1][0], item[0]))
        for _, (_, one, other) in order:
            reps = self.choices.rep[[one, other]]
            before = self.chosen[self.choices.choice[[one, other]]].tolist()
            if used[reps].any() or not self._still_gains(before, [one, other], 1):
                continue
            used[reps] = True
            self._move(before, [one, other])
            moved += 1
        return moved

    def rotate(self) -> bool:
        """Takes a unit out of each rep and puts all back at their best places; whether that gained."""
        c, out = self.choices, self._one_of_each()
        if len(out) < 2:
            return False
        reps, units = c.rep[out], c.choice[out]
        option = self.option_of[units][:, reps].toarray().astype(np.intp) - 1
        row, column = np.nonzero(option >= 0)
        at = option[row, column]
        rest = (self.taken[reps] - c.take[out])[column]
        worth = c.cost[at] + c.own.worth(rest + c.take[at], reps[column]).sum(axis=-1)
        # Where a unit may not go costs more than all that can be gained.
        table = np.full(option.shape, worth.min() - len(out) * (float(np.ptp(worth)) + 1.0))
        table[row, column] = worth
        row, column = linear_sum_assignment(table, maximize=True)
        after = option[row, column]
        moved = after != out[row]
        if not moved.any() or (after < 0).any():
            return False
        changes = out[row][moved].tolist(), after[moved].tolist()
        if self._gain(*changes) <= self.least:
            return False
        self._move(*changes)
        return True

    def _one_of_each(self) -> Numbers:
        """One chosen option of each rep, at random, those that could as well be elsewhere more often."""
        chosen = self.chosen[self.chosen >= 0]
        key = self.random.random(len(chosen)) * self._regret()[self.choices.choice[chosen]]
        order = np.lexsort((key, self.choices.rep[chosen]))
        rep = self.choices.rep[chosen][order]
        first = np.ones(len(rep), dtype=bool)
        first[1:] = rep[1:] != rep[:-1]
        return np.asarray(chosen[order][first], dtype=np.intp)

    def _regret(self) -> Floats:
        """By choice, how much less the best other option is worth, and a little. [objective]"""
        if self.kept is None:
            loss = np.maximum(-self._gain_of_shifts(), 0.0)
            least = np.full(self.choices.shape[0], np.inf)
            np.minimum.at(least, self.choices.choice, loss)
            finite = least[np.isfinite(least)]
            typical = float(np.median(finite)) if len(finite) else 1.0
            self.kept = np.where(np.isfinite(least), least, 10 * typical) + 0.1 * typical
            self.kept += self.least
        return self.kept

    def _gain_of_shifts(self) -> Floats:
        """By option, what choosing it in place of the present one brings; −∞ where nothing changes."""
        c = self.choices
        before = self.chosen[c.choice]
        held = before >= 0
        self._weigh(before, held)
        gain = self.gain + self._shared_gain(before)
        return np.where(held & (c.rep[before] == c.rep), -np.inf, gain)

    def _weigh(self, before: Numbers, held: Mask) -> None:
        """Works out anew what shifts from and to reps with other units than before bring."""
        c, other = self.choices, self.unweighed
        now = c.own.worth(self.taken).sum(axis=-1)
        chosen = self.chosen[self.chosen >= 0]
        out = chosen[other[c.rep[chosen]]]
        rest = self.taken[c.rep[out]] - c.take[out]
        self.leaving[out] = c.own.worth(rest, c.rep[out]).sum(axis=-1) - now[c.rep[out]]
        changed = np.flatnonzero(
            other[c.rep] | (held & other[c.rep[before]]) | self.moved[c.choice]
        )
        rep, source = c.rep[changed], before[changed]
        entering = c.own.worth(self.taken[rep] + c.take[changed], rep).sum(axis=-1) - now[rep]
        left = np.where(held[changed], (self.leaving - c.cost)[source], 0.0)
        self.gain[changed] = c.cost[changed] + entering + left
        self.unweighed[:], self.moved[:] = False, False

    def _shared_gain(self, before: Numbers) -> Floats:
        """By option, what choosing it changes in the worth of shared rows."""
        c = self.choices
        if not c.shared.price.size:
            return np.zeros(len(c.choice))
        take = c.shared_take.toarray()
        change = take - np.where(before[:, None] >= 0, take[before], 0.0)
        after = self.shared + change.reshape(-1, *self.shared.shape)
        return np.asarray((c.shared.worth(after) - c.shared.worth(self.shared)).sum(axis=-1))

    def _still_gains(self, before: list[int], after: list[int], moved: int) -> bool:
        """Whether a change gains though others were made since: rows that reps share have changed."""
        return not moved or not self.shared.size or self._gain(before, after) > self.least

    def _look_for_swaps(self) -> None:
        """Looks anew at pairs of reps of whom one has other units than before."""
        reps, other = self.choices.shape[1], self.unpaired
        self.swaps = {
            pair: swap
            for pair, swap in self.swaps.items()
            if not (other[pair // reps] or other[pair % reps])
        }
        pair, first, second = self._pairs_to_swap()
        again = other[pair // reps] | other[pair % reps]
        pair, first, second = pair[again], first[again], second[again]
        price = self.choices.own.price
        chunk = max(NUMBERS // (SWAPPED**2 * price.shape[1] * price.shape[2]), 1)
        for start in range(0, len(pair), chunk):
            some = slice(start, start + chunk)
            best = self._best_swaps(first[some], second[some])
            self.swaps |= {int(pair[start + place]): swap for place, swap in best.items()}
        self.unpaired[:] = False

    def _pairs_to_swap(self) -> tuple[Numbers, Numbers, Numbers]:
        """Pairs of reps, options from one to the other, and back; pair × option, −1 for none.

        A pair is the first rep times the number of reps plus the second. Of each pair there are the options
        that lose the least by themselves.
        """
        c, reps = self.choices, self.choices.shape[1]
        before = self.chosen[c.choice]
        moving = np.flatnonzero((before >= 0) & (c.rep[before] != c.rep))
        lost = c.cost[before[moving]] - c.cost[moving]
        key = c.rep[before[moving]] * reps + c.rep[moving]
        order = np.lexsort((lost, key))
        key, moving = key[order], moving[order]
        directed, start, count = np.unique(key, return_index=True, return_counts=True)
        rank = np.arange(len(key)) - np.repeat(start, count)
        few = rank < SWAPPED
        table = np.full((len(directed), SWAPPED), -1, dtype=np.intp)
        table[np.repeat(np.arange(len(directed)), count)[few], rank[few]] = moving[few]
        back = directed % reps * reps + directed // reps
        at = np.minimum(np.searchsorted(directed, back), max(len(directed) - 1, 0))
        both = (directed < back) & (directed[at] == back)
        return directed[both], table[both], table[at[both]]

    def _best_swaps(self, first: Numbers, second: Numbers) -> dict[int, Swap]:
        """By pair of reps the best swap, where one gains; rows that reps share are not counted."""
        c, now = self.choices, self.choices.own.worth(self.taken).sum(axis=-1)
        to, back = c.rep[first.max(axis=1)], c.rep[second.max(axis=1)]
        here, there = self.chosen[c.choice[first]], self.chosen[c.choice[second]]
        left = self.taken[back][:, None] - c.take[here]
        source = c.own.worth(left[:, :, None] + c.take[second][:, None], back[:, None, None]).sum(
            axis=-1
        )
        left = self.taken[to][:, None] - c.take[there]
        target = c.own.worth(left[:, None] + c.take[first][:, :, None], to[:, None, None]).sum(
            axis=-1
        )
        cost_to = np.where(first >= 0, c.cost[first] - c.cost[here], -np.inf)
        cost_back = np.where(second >= 0, c.cost[second] - c.cost[there], -np.inf)
        gain = source + target + cost_to[:, :, None] + cost_back[:, None]
        gain -= (now[back] + now[to])[:, None, None]
        flat = gain.reshape(len(first), -1)
        best = flat.argmax(axis=1)
        one, two = np.unravel_index(best, gain.shape[1:])
        gained = flat[np.arange(len(first)), best]
        return {
            pair: (float(gained[pair]), int(first[pair, one[pair]]), int(second[pair, two[pair]]))
            for pair in np.flatnonzero(gained > self.least).tolist()
        }

    def _gain(self, before: list[int], after: list[int]) -> float:
        """What taking options `after` in place of `before` brings, all rows counted."""
        was = self.worth()
        self._move(before, after)
        now = self.worth()
        self._move(after, before)
        return now - was

    def _move(self, before: list[int], after: list[int]) -> None:
        """Takes options `after` in place of `before`, one by one; −1 is nobody."""
        c = self.choices
        self.kept = None
        for options, sign in ((before, -1.0), (after, 1.0)):
            for option in (option for option in options if option >= 0):
                rep = c.rep[option]
                self.taken[rep] += sign * c.take[option]
                self.unweighed[rep] = self.unpaired[rep] = self.moved[c.choice[option]] = True
                self.chosen[c.choice[option]] = -1 if sign < 0 else option
                if self.shared.size:
                    row = c.shared_take[[option]].toarray().reshape(self.shared.shape)
                    self.shared += sign * row


def _look_up(choices: Choices) -> csr_array:
    """choice × rep, the number of the option, counted from 1."""
    entries = (np.arange(len(choices.choice)) + 1, (choices.choice, choices.rep))
    return csr_array(entries, shape=choices.shape)
