"""Batch: one document for each rep, territory or account of a plan, side by side."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass
from multiprocessing import get_context
from pathlib import Path

from allocopt.config.sections import Reader
from allocopt.documents.facts import Facts
from allocopt.documents.kinds import kind_of
from allocopt.documents.render import write_rendering
from allocopt.documents.rendering import Material, Request, facts_of, rendering_within

# Below this many documents, starting processes takes longer than it saves.
WORTH_STARTING = 40

Tell = Callable[[float, str], None]  # share that is done, and what is being done


@dataclass(frozen=True)
class Order:
    """One document to be written: which, in which file format, and where."""

    request: Request
    form: str
    path: Path


def render_all(
    material: Material, orders: Sequence[Order], tell: Tell, jobs: int | None = None
) -> list[Path]:
    """Write documents of one kind and language, `jobs` at a time; the paths, in order.

    `jobs` None: as many as there are processors, once that saves time.

    Raises:
        AllocoptError: a document cannot be made or written.
    """
    if not orders:
        return []
    written: list[Path] = []
    for path in _run(material, orders, _jobs(len(orders), jobs)):
        written.append(path)
        tell(len(written) / len(orders), f"{len(written)} of {len(orders)} written")
    return written


def _jobs(count: int, asked: int | None) -> int:
    if asked is not None:
        return min(asked, count)
    return min(os.cpu_count() or 1, count) if count >= WORTH_STARTING else 1


def _run(material: Material, orders: Sequence[Order], jobs: int) -> Iterator[Path]:
    """Paths as they are written; in this process when there is one job."""
    first = orders[0].request
    told = (material, first.reader or kind_of(first.kind).reader)
    if jobs == 1:
        facts = facts_of(*told)
        yield from (_write(facts, order) for order in orders)
        return
    # Threads of the parent would be lost in a fork, and with them whatever they hold.
    context = get_context("spawn")
    with ProcessPoolExecutor(jobs, context, initializer=_begin, initargs=told) as pool:
        yield from pool.map(_write_next, orders, chunksize=max(1, len(orders) // (jobs * 8)))


_held: list[Facts] = []


def _begin(material: Material, reader: Reader) -> None:
    """Keep the facts in a process of its own: what is worked out for one document serves the next."""
    _held[:] = [facts_of(material, reader)]


def _write_next(order: Order) -> Path:
    return _write(_held[0], order)


def _write(facts: Facts, order: Order) -> Path:
    return write_rendering(rendering_within(facts, order.request), order.path, order.form)
