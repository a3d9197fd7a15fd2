"""Annealing: which positions are filled and who has what, two reps at a time.

Two reps who are near each other give up their units; of many pairs of positions near these units, each with
the best division of the units between the two, one is drawn, better ones more likely (simulated annealing:
Kirkpatrick, Gelatt and Vecchi, 1983, drawing as in heat-bath sampling). What is beyond a rep's room has a
price that rises. Each round begins from positions of an earlier one with one exchanged for another
(iterated local search: Lourenço, Martin and Stützle, 2003).
"""

from __future__ import annotations

import time
from dataclasses import dataclass, field

import numpy as np

from allocopt.solver.compiled import CompiledModel, Floats, Mask, Numbers
from allocopt.solver.exact import exact_values
from allocopt.solver.highs import Limits, Run, Watch
from allocopt.solver.local.division import divided
from allocopt.solver.local.rooms import Rooms, rooms_of
from allocopt.solver.places import Places

# Steps of a round, for each filled position, and rounds in vain before the search ends.
STEPS, PATIENCE = 30, 40
# Temperature and price of a part of the room at the beginning, as shares of what a rep's units lose
# on average, which is no less than a share of the range of what units are worth.
# The price is multiplied after a round that kept no room, and divided a little after one that did.
HEAT, PRICE, DEARER, CHEAPER, DEAREST, LEAST = 0.02, 8.0, 1.5, 0.95, 100.0, 1e-3
# Positions near the units of two reps that are looked at, pairs of them that are divided, and the numbers
# that this may take.
NEAR, PAIRS, NUMBERS = 16, 10, 2_000_000
# How far down the list of near reps the second one is found, on average, and how wildly positions are
# exchanged between rounds. [share of what a rep's units lose]
FARTHER, WILD = 1.5, 0.15
# A round that ends worse is gone on from as often. [share]
FORGIVEN = 0.03
# After a better plan, and after so many rounds in vain, the round is gone on from whatever it brings; in
# vain, half of the positions are exchanged as well.
AFRESH = 8


@dataclass(frozen=True)
class Layout:
    """By choice its rep, and who is there, staff and filled positions; worth −∞ where overfull."""

    owner: Numbers
    filled: Numbers
    worth: float = -np.inf


@dataclass
class Annealing:
    """A running search over the layouts of a model, until one is worth `enough`.

    With a `node_limit` it counts rounds, as long as the time does not end first.
    """

    rooms: Rooms
    limits: Limits
    watch: Watch
    owner: Numbers
    filled: Numbers
    best: Layout
    enough: float = np.inf
    began: float = field(default_factory=time.monotonic)

    def __post_init__(self) -> None:
        # Another way from other positions, where the search is gone on with.
        self.random = np.random.default_rng([self.limits.seed, *self.filled.tolist()])
        self.price = PRICE

    def run(self) -> Layout:
        """The best layout that is found."""
        current, in_vain, rounds = self.best, 0, 0
        while in_vain < PATIENCE and not self._over(rounds):
            rounds += 1
            found, before = self._round(), self.best.worth
            kept = np.isfinite(found.worth)
            self.price = min(self.price * (CHEAPER if kept else DEARER), DEAREST)
            afresh = in_vain % AFRESH == 0
            if kept and (afresh or found.worth >= current.worth or self.random.random() < FORGIVEN):
                current = found
            in_vain = 0 if self.best.worth > before else in_vain + 1
            if np.isfinite(current.worth):
                self.owner, self.filled = current.owner.copy(), current.filled
                exchanges = len(self.filled) // 2 if in_vain and in_vain % AFRESH == 0 else 1
                for _ in range(exchanges):
                    self._exchange()
        return self.best

    def _round(self) -> Layout:
        """Steps from hot to cold; the best layout on the way."""
        rooms, found = self.rooms, Layout(self.owner, self.filled)
        steps, rep = STEPS * len(self.filled), self._lost_by_rep()
        part = self.price * rep / max(float(rooms.room[self.filled].mean()), 1.0)
        for step in range(steps):
            done = step / steps
            self._step(HEAT * rep * max(1 - done / 0.9, 0.0) ** 1.5, part * (0.5 + done))
            if not rooms.over(self.owner):
                worth = rooms.value(self.owner, self.filled)
                if worth > found.worth:
                    found = Layout(self.owner.copy(), self.filled, worth)
            if self._interrupted():
                break
        self.best = max(self.best, found, key=lambda layout: layout.worth)
        return found

    def _lost_by_rep(self) -> float:
        """What a rep's units lose on average, as not all can be with the best of all reps. [objective]"""
        worth = self.rooms.worth
        lost = worth.max(axis=1) - worth[np.arange(len(self.owner)), self.owner]
        lost = lost[np.isfinite(lost)]
        spread = float(np.ptp(worth[np.isfinite(worth)]))
        return max(float(lost.sum()) / len(self.filled), LEAST * spread)

    def _step(self, heat: float, price: float) -> None:
        """Two reps, their units and positions near them are planned again."""
        pair = self._two_reps()
        units = np.flatnonzero((self.owner == pair[0]) | (self.owner == pair[1]))
        if len(units) < 2:
            return
        near = np.concatenate([pair, self._near(units)])
        worth, (first, second) = self.rooms.worth[units][:, near], np.triu_indices(len(near), 1)
        allowed = self._with_staff(pair, near, first, second)
        first, second = first[allowed], second[allowed]
        added = self.rooms.cost[near[first]] + self.rooms.cost[near[second]]
        # Rooms can only make a pair worth less than this.
        most = np.maximum(worth[:, first], worth[:, second]).sum(axis=0) + added
        drawn = self._drawn(most, heat)[: self._pairs(units)]
        first, second, added = first[drawn], second[drawn], added[drawn]
        room = self.rooms.room[near[first]], self.rooms.room[near[second]]
        size = self.rooms.size[units]
        division = divided(worth[:, first], worth[:, second], size, room, price)
        chosen = int(self._drawn(division.value + added, heat)[0])
        if not np.isfinite(division.value[chosen]):
            return
        after = near[[first[chosen], second[chosen]]]
        self.owner[units] = np.where(division.first_has(chosen), after[0], after[1])
        others = (self.filled != pair[0]) & (self.filled != pair[1])
        self.filled = np.concatenate([self.filled[others], after])

    def _two_reps(self) -> Numbers:
        """A rep at random, and another whom the rep's units would like, more or less."""
        one = int(self.random.choice(self.filled))
        others = self.filled[self.filled != one]
        mine = self.owner == one
        liking = self.rooms.worth[mine][:, others].sum(axis=0)
        rank = min(int(self.random.exponential(FARTHER)), len(others) - 1)
        return np.array([one, others[np.argsort(-liking, kind="stable")[rank]]])

    def _near(self, units: Numbers) -> Numbers:
        """Positions that are not filled and would serve half of the units best."""
        worth = self.rooms.worth[units]
        half = len(units) // 2
        served = np.partition(worth, half, axis=0)[half:].sum(axis=0) + self.rooms.cost
        served[self.filled] = -np.inf
        served[self.rooms.staff] = -np.inf
        found = np.argsort(-served, kind="stable")[:NEAR]
        return np.asarray(found[np.isfinite(served[found])])

    def _with_staff(self, pair: Numbers, near: Numbers, first: Numbers, second: Numbers) -> Mask:
        """Pairs of positions in which staff of the two stay."""
        stays = np.flatnonzero(self.rooms.staff[pair])
        allowed = np.ones(len(first), dtype=bool)
        for rep in stays.tolist():
            allowed &= (first == rep) | (second == rep)
        return allowed

    def _drawn(self, worth: Floats, heat: float) -> Numbers:
        """Numbers in an order drawn at a temperature, the likelier the better (Gumbel, 1954)."""
        noise = heat * self.random.gumbel(size=len(worth))
        return np.argsort(-(worth + noise), kind="stable")

    def _pairs(self, units: Numbers) -> int:
        """How many pairs are divided at once."""
        cells = len(units) * (int(self.rooms.size[units].sum()) + 1)
        return int(np.clip(NUMBERS // cells, 2, PAIRS))

    def _exchange(self) -> None:
        """One position is given up for another; the units near the new one go there."""
        rooms = self.rooms
        given = self.filled[~rooms.staff[self.filled]]
        empty = np.setdiff1d(np.arange(len(rooms.room)), self.filled)
        if not len(given) or not len(empty):
            return
        after = np.array([self._after_exchange(out, empty) for out in given.tolist()])
        heat = WILD * self._lost_by_rep()
        drawn = int(np.argmax(after + heat * self.random.gumbel(size=after.shape)))
        out, into = given[drawn // len(empty)], empty[drawn % len(empty)]
        rest = self.filled[self.filled != out]
        left = np.flatnonzero(self.owner == out)
        self.owner[left] = rest[np.argmax(rooms.worth[left][:, rest], axis=1)]
        self._settle(int(into))
        self.filled = np.append(rest, into)

    def _after_exchange(self, out: int, empty: Numbers) -> Floats:
        """By empty position, what all is worth if it replaces one, each choice with its best rep."""
        rooms, rest = self.rooms, self.filled[self.filled != out]
        best = rooms.worth[:, rest].max(axis=1, initial=-np.inf)
        after = np.maximum(best[:, None], rooms.worth[:, empty]).sum(axis=0)
        return np.asarray(after + rooms.cost[empty] - rooms.cost[out])

    def _settle(self, into: int) -> None:
        """Gives a new position the choices that gain most, as many as there is room for."""
        rooms = self.rooms
        gain = rooms.worth[:, into] - rooms.worth[np.arange(len(self.owner)), self.owner]
        order = np.argsort(-gain, kind="stable")
        order = order[np.isfinite(rooms.worth[order, into])]
        fits = np.cumsum(rooms.size[order]) <= rooms.room[into]
        self.owner[order[fits]] = into

    def _over(self, rounds: int) -> bool:
        worked = self.limits.node_limit is not None and rounds >= self.limits.node_limit
        return worked or self.best.worth >= self.enough or self._interrupted()

    def _interrupted(self) -> bool:
        late = time.monotonic() - self.began >= self.limits.time_limit
        return self.watch.stop.is_set() or late


def annealed(
    model: CompiledModel,
    places: Places,
    point: Floats,
    limits: Limits,
    watch: Watch,
    enough: float = np.inf,
) -> Run | None:
    """The best plan found from a point, which need not be one; an objective of `enough` ends the search.

    None where none is found, and where the model has rules that rooms do not know.
    """
    rooms = rooms_of(model, places)
    if rooms is None:
        return None
    owner, filled = rooms.layout_of(point)
    if len(filled) < 2 or not np.isfinite(rooms.value(owner, filled)):
        return None
    start = Layout(owner, filled, rooms.value(owner, filled) if not rooms.over(owner) else -np.inf)
    # No layout changes what the other columns are worth.
    others = model.value(rooms.point(owner, filled, point)) - rooms.value(owner, filled)
    best = Annealing(rooms, limits, watch, owner.copy(), filled, start, enough - others).run()
    if not np.isfinite(best.worth):
        return None
    found = exact_values(
        model, rooms.point(best.owner, best.filled, point), limits, watch=Watch(watch.stop)
    )
    return found if found.x is not None else None
