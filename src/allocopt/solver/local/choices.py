"""Choices: what a local search may change in a compiled model, and what each change is worth.

Options of a rep meet in the rep's own rows. Once options are chosen, the best values of the columns that
only one row has, and of the amounts that follow an option, are worth

    V = min over prices λ of  λ · side + Σ_s max((c_s − λ a_s) s) − Σ_option (λ · used − followers' worth)

by linear duality. The least is at 0, at a price at which a column begins to pay, or, where the row cannot
be kept at all, at a price that outweighs everything: a change is evaluated with a few prices per row,
whatever the rule of the row is. Without followers that is exact; with them prices are a sample of their
slopes, and V is a little above. Other columns keep their values.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from scipy.sparse import csr_array

from allocopt.solver.compiled import CompiledModel, Floats, Mask, Numbers
from allocopt.solver.local.followers import Followers, followers_of
from allocopt.solver.local.options import CLOSED, Options, alone_in, options_of
from allocopt.solver.places import Places

# Missing a row that no column can mend by the largest entry of an option costs as much as the widest range
# of costs there is between options and in rows, times this.
OUTWEIGHS = 10.0
# With more rows than this that several reps share a change is too dear to evaluate, and with more numbers.
MOST_SHARED, MOST_NUMBERS = 60, 50_000_000
# Prices that are sampled for a row with followers.
SAMPLED = 20


@dataclass(frozen=True)
class Prices:
    """Rows with the prices at which their worth may be least; row … × price, padded by repetition.

    The worth of a row is min(constant − taken) over its prices, `taken` being the sum over options.
    """

    price: Floats
    constant: Floats

    def worth(self, taken: Floats, rows: Numbers | None = None) -> Floats:
        """Worth of rows with so much taken at each price; without the last axis."""
        constant = self.constant if rows is None else self.constant[rows]
        return np.asarray((constant - taken).min(axis=-1))


@dataclass(frozen=True)
class Choices:
    """Options of choices, and the rows in which they meet.

    choice, rep, cost: by option. take: option × place × price, what the option takes of its rep's rows at
    each price [objective]. own: prices of the rows of each rep, rep × place × price. shared_take: option ×
    (shared row · price), of the rows `shared` that several reps have. optional: by choice, whether nobody
    may be chosen.
    """

    options: Options
    cost: Floats
    take: Floats
    own: Prices
    shared_take: csr_array
    shared: Prices
    optional: Mask

    @property
    def choice(self) -> Numbers:
        """By option, the number of its choice."""
        return self.options.choice

    @property
    def rep(self) -> Numbers:
        """By option, the number of its rep."""
        return self.options.rep

    @property
    def shape(self) -> tuple[int, int]:
        """Choices and reps."""
        return len(self.optional), len(self.own.price)

    def chosen_at(self, x: Floats) -> Numbers:
        """By choice the option that a point takes, −1 for none."""
        members = self.options.members
        taken = np.flatnonzero(members @ x > 0.5 * members.sum(axis=1))
        chosen = np.full(len(self.optional), -1, dtype=np.intp)
        chosen[self.choice[taken]] = taken
        return chosen

    def point(self, chosen: Numbers, around: Floats) -> Floats:
        """A point with these options taken and no others; the other columns as in `around`."""
        taken = np.zeros(len(self.choice))
        taken[chosen[chosen >= 0]] = 1.0
        x = np.where(self.options.is_member(), 0.0, around)
        return np.asarray(x + self.options.members.T @ taken)


def choices_of(
    model: CompiledModel, places: Places, x: Floats, outweighs: float = OUTWEIGHS
) -> Choices | None:
    """The choices of a model, other columns at x; None where there are none that can be evaluated."""
    options = options_of(model, places)
    options = None if options is None else options.open_at(model, x)
    if options is None:
        return None
    followers = followers_of(model, places, options, x)
    if followers is None:
        return None
    own = _own_columns(model, followers)
    tied = (np.diff(options.by_row.indptr) > 0) & ~options.choosing & ~followers.bounding
    tied[followers.row] = True
    settled = _settled(model, options, followers, own, x)
    rows = np.flatnonzero(tied & ~_always_kept(model, options, settled))
    settled = settled[rows]
    price = _prices(model, options, followers, own, rows, outweighs)
    constant = _constants(model, rows, price, settled, own)
    if not np.isfinite(constant).all():
        return None
    return _arranged(model, options, followers, rows, Prices(price, constant))


def _always_kept(model: CompiledModel, options: Options, settled: Floats) -> Mask:
    """Rows of whole numbers with one option that are kept with it and without it."""
    single = np.flatnonzero(np.diff(options.by_row.indptr) == 1)
    entry = options.by_row[single].data
    most, least = settled[single] + np.maximum(entry, 0), settled[single] + np.minimum(entry, 0)
    inside = (most <= model.row_upper[single] + CLOSED) & (
        least >= model.row_lower[single] - CLOSED
    )
    kept = np.zeros(len(model.rows), dtype=bool)
    kept[single[inside]] = True
    return kept


def _own_columns(model: CompiledModel, followers: Followers) -> Mask:
    """Amounts that only one row has."""
    free = ~model.integer & (model.lower < model.upper) & ~followers.inner
    return np.asarray((np.diff(model.matrix.indptr) == 1) & free)


def _settled(
    model: CompiledModel, options: Options, followers: Followers, own: Mask, x: Floats
) -> Floats:
    """What columns that keep their values take of each row."""
    held = np.where(options.is_member() | own, 0.0, x)
    held[followers.column] = 0.0
    return np.asarray(model.matrix @ held)


def _prices(
    model: CompiledModel,
    options: Options,
    followers: Followers,
    own: Mask,
    rows: Numbers,
    outweighs: float,
) -> Floats:
    """Prices of rows, row × price: nothing, at which their columns pay, and those that outweigh all."""
    paying: dict[int, set[float]] = {}
    row_of, entry = _only_entries(model, np.flatnonzero(own))
    for row, price in zip(row_of.tolist(), (model.cost[own] / entry).tolist(), strict=True):
        paying.setdefault(row, set()).add(price)
    for row, slopes in _sampled(followers).items():
        paying.setdefault(row, set()).update(slopes)
    largest = _largest(options, followers)[rows]
    known = [(max(map(abs, paying.get(row, {0.0}))), n) for n, row in enumerate(rows.tolist())]
    spread = max(
        float(np.ptp(model.cost[options.is_member()])),
        max((most * largest[n] for most, n in known), default=0.0),
        1e-9 * model.scale + 1e-12,
    )
    levels = []
    for row, size in zip(rows.tolist(), largest.tolist(), strict=True):
        big = outweighs * spread / max(size, 1e-300)
        above = {big} if np.isfinite(model.row_upper[row]) else set()
        below = {-big} if np.isfinite(model.row_lower[row]) else set()
        levels.append(sorted({0.0} | above | below | paying.get(row, set())))
    most = max(map(len, levels), default=1)
    padded = [level + [level[-1]] * (most - len(level)) for level in levels]
    return np.array(padded).reshape(len(rows), most)


def _only_entries(model: CompiledModel, columns: Numbers) -> tuple[Numbers, Floats]:
    """Row and entry of columns that only one row has."""
    at = model.matrix.indptr[:-1][columns]
    return model.matrix.indices[at], model.matrix.data[at]


def _sampled(followers: Followers) -> dict[int, list[float]]:
    """By row with followers, prices that lie evenly among their slopes."""
    if not len(followers.row):
        return {}
    slopes = followers.slopes()
    quantiles = np.linspace(0, 1, SAMPLED)
    order = np.argsort(followers.row, kind="stable")
    rows, starts = np.unique(followers.row[order], return_index=True)
    found = {}
    for row, members in zip(rows.tolist(), np.split(order, starts[1:]), strict=True):
        positive = slopes[members][slopes[members] > 0]
        found[row] = np.quantile(positive, quantiles).tolist() if len(positive) else []
    return found


def _largest(options: Options, followers: Followers) -> Floats:
    """The most that one option takes of each row."""
    largest = abs(options.by_row).max(axis=1).toarray().ravel()
    if len(followers.row):
        np.maximum.at(largest, followers.row, followers.taken.max(axis=1))
    return np.asarray(largest)


def _constants(
    model: CompiledModel, rows: Numbers, price: Floats, settled: Floats, own: Mask
) -> Floats:
    """λ · (side − settled) + Σ_s max((c_s − λ a_s) s); row × price."""
    low, high = model.row_lower[rows][:, None], model.row_upper[rows][:, None]
    side = np.where(price == 0, 0.0, np.where(price > 0, high, low))
    constant = price * (side - settled[:, None])
    columns = np.flatnonzero(own)
    row_of, entry = _only_entries(model, columns)
    number = np.full(len(model.rows), -1)
    number[rows] = np.arange(len(rows))
    here = number[row_of] >= 0
    columns, at, entry = columns[here], number[row_of[here]], entry[here]
    gain = model.cost[columns][:, None] - price[at] * entry[:, None]
    lower, upper = model.lower[columns][:, None], model.upper[columns][:, None]
    np.add.at(constant, at, np.maximum(gain * lower, gain * upper))
    return np.asarray(constant)


def _arranged(
    model: CompiledModel, options: Options, followers: Followers, rows: Numbers, prices: Prices
) -> Choices | None:
    """Rows of one rep each are put side by side; the others are shared."""
    number = np.full(len(model.rows), -1)
    number[rows] = np.arange(len(rows))
    use = csr_array(options.by_row[rows])
    alone, rep = alone_in(use, options.rep)
    followed = number[followers.row]
    alone[followed], rep[followed] = True, options.rep[followers.option]
    if int((~alone).sum()) > MOST_SHARED:
        return None
    place, width = _places_of(rep, alone, int(np.max(options.rep)) + 1)
    levels = prices.price.shape[1]
    if len(options.choice) * width * levels > MOST_NUMBERS:
        return None
    own = np.zeros((2, int(np.max(options.rep)) + 1, width, levels))
    own[0, rep[alone], place[alone]] = prices.price[alone]
    own[1, rep[alone], place[alone]] = prices.constant[alone]
    entries = use.tocoo()
    row, option = entries.coords
    mine = alone[row]
    take = np.zeros((len(options.choice), width, levels))
    taken = entries.data[:, None] * prices.price[row]
    # An option stands in a row once, and each of its rep's rows has a place of its own.
    take[option[mine], place[row[mine]]] = taken[mine]
    if len(followers.row):
        worth = followers.worth(prices.price[followed])
        np.add.at(take, (followers.option, place[followed]), -worth)
    shared = np.flatnonzero(~alone)
    at = np.full(len(rows), -1)
    at[shared] = np.arange(len(shared)) * levels
    column = (at[row[~mine]][:, None] + np.arange(levels)).ravel()
    shared_take = csr_array(
        (taken[~mine].ravel(), (np.repeat(option[~mine], levels), column)),
        shape=(len(options.choice), len(shared) * levels),
    )
    return Choices(
        options=options,
        cost=np.asarray(options.members @ model.cost),
        take=take,
        own=Prices(own[0], own[1]),
        shared_take=shared_take,
        shared=Prices(prices.price[shared], prices.constant[shared]),
        optional=options.optional(model),
    )


def _places_of(rep: Numbers, alone: Mask, reps: int) -> tuple[Numbers, int]:
    """By row that one rep has alone, its number among the rows of that rep; and the most of one rep."""
    place = np.zeros(len(rep), dtype=np.intp)
    mine = np.flatnonzero(alone)
    order = mine[np.argsort(rep[mine], kind="stable")]
    count = np.bincount(rep[order], minlength=reps)
    place[order] = np.arange(len(order)) - np.repeat(np.cumsum(count) - count, count)
    return place, max(int(np.max(count, initial=0)), 1)
