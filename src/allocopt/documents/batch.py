"""Batch: one document for each rep, territory or account of a plan, side by side."""

from __future__ import annotations

import os
import signal
from collections.abc import Callable, Generator, Iterator, Sequence
from concurrent.futures import ProcessPoolExecutor
from contextlib import closing, contextmanager
from dataclasses import dataclass
from multiprocessing import get_context
from pathlib import Path
from threading import current_thread, main_thread
from typing import Any

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
    with closing(_run(material, orders, _jobs(len(orders), jobs))) as paths:
        for path in paths:
            written.append(path)
            tell(len(written) / len(orders), f"{len(written)} of {len(orders)} written")
    return written


def _jobs(count: int, asked: int | None) -> int:
    if asked is not None:
        return min(asked, count)
    return min(os.cpu_count() or 1, count) if count >= WORTH_STARTING else 1


def _run(material: Material, orders: Sequence[Order], jobs: int) -> Generator[Path, None, None]:
    """Paths as they are written; in this process when there is one job."""
    first = orders[0].request
    told = (material, first.reader or kind_of(first.kind).reader)
    if jobs == 1:
        facts = facts_of(*told)
        yield from (_write(facts, order) for order in orders)
        return
    # Threads of the parent would be lost in a fork, and with them whatever they hold.
    context = get_context("spawn")
    stop = context.Event()
    with ProcessPoolExecutor(jobs, context, initializer=_begin, initargs=(*told, stop)) as pool:
        try:
            with _deaf():
                paths = pool.map(_write_next, orders, chunksize=max(1, len(orders) // (jobs * 8)))
            yield from paths
        except BaseException:
            stop.set()
            raise


@contextmanager
def _deaf() -> Iterator[None]:
    """Processes that start here do not hear Ctrl-C: this one does once they run, and asks them to stop."""
    if current_thread() is not main_thread() or not hasattr(signal, "pthread_sigmask"):
        yield
        return
    heard: list[int] = []
    # The mask is handed on; the handler is for signals that another thread of this process takes.
    handler = signal.signal(signal.SIGINT, lambda number, _: heard.append(number))
    mask = signal.pthread_sigmask(signal.SIG_BLOCK, {signal.SIGINT})
    try:
        yield
    finally:
        signal.pthread_sigmask(signal.SIG_SETMASK, mask)
        signal.signal(signal.SIGINT, handler)
    if heard:
        raise KeyboardInterrupt


_held: list[tuple[Facts, Any]] = []


def _begin(material: Material, reader: Reader, stop: Any) -> None:
    """Keep the facts in a process of its own: what is worked out for one document serves the next."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # Windows hands on no mask
    _held[:] = [(facts_of(material, reader), stop)]


def _write_next(order: Order) -> Path:
    """Write a document; none any more after a stop, when nobody waits for it."""
    facts, stop = _held[0]
    return order.path if stop.is_set() else _write(facts, order)


def _write(facts: Facts, order: Order) -> Path:
    return write_rendering(rendering_within(facts, order.request), order.path, order.form)
