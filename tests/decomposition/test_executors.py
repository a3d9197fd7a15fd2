"""Tasks run in threads, processes or on a cluster; a worker that dies costs its task and no more."""

from __future__ import annotations

import os
from functools import partial
from importlib.util import find_spec
from threading import Event, Timer

import pytest
from support import needs
from support_tasks import dies_in_others, dies_once, doubled, fails, waits

from allocopt.decomposition.executors import Crew, Workers
from allocopt.errors import ConfigError, NoPlanInTime


def run(workers, tasks):
    with Crew(workers, Event()) as crew:
        return dict(crew.run(tasks))


@pytest.mark.parametrize("kind", ["threads", "processes"])
def test_every_task_is_answered(kind):
    tasks = [partial(doubled, number) for number in range(5)]
    assert run(Workers(2, kind), tasks) == {0: 0, 1: 2, 2: 4, 3: 6, 4: 8}


def test_a_task_whose_worker_died_is_done_by_another(tmp_path):
    tasks = [partial(doubled, 1), partial(dies_once, tmp_path / "dead", 2), partial(doubled, 3)]
    assert run(Workers(2), tasks) == {0: 2, 1: 4, 2: 6}
    assert (tmp_path / "dead").exists()


def test_a_task_that_kills_every_worker_is_done_here():
    assert run(Workers(1), [partial(dies_in_others, os.getpid(), 2)]) == {0: 4}


@pytest.mark.parametrize("kind", ["threads", "processes"])
def test_what_a_task_raises_is_raised_here(kind):
    with pytest.raises(NoPlanInTime, match="no plan"):
        run(Workers(1, kind), [fails])


@pytest.mark.parametrize("kind", ["threads", "processes"])
def test_a_stop_is_heard_by_tasks_under_way_and_ends_the_others(kind):
    stop = Event()
    Timer(0.5, stop.set).start()
    with Crew(Workers(1, kind), stop) as crew:
        assert list(crew.run([waits, waits])) == [(0, True)]


def test_an_address_where_no_scheduler_is_names_the_setting():
    with (
        pytest.raises(ConfigError, match=r"solver\.cluster"),
        Crew(Workers(kind="cluster", cluster="tcp://127.0.0.1:9"), Event()) as crew,
    ):
        list(crew.run([partial(doubled, 1)]))


def test_a_cluster_answers_and_survives_a_dead_worker(tmp_path):
    needs("distributed", find_spec("distributed"))
    from distributed import LocalCluster

    tasks = [partial(doubled, 1), partial(dies_once, tmp_path / "dead", 2), partial(doubled, 3)]
    with LocalCluster(n_workers=2, threads_per_worker=1, dashboard_address=None) as cluster:
        workers = Workers(kind="cluster", cluster=cluster.scheduler_address)
        assert run(workers, tasks) == {0: 2, 1: 4, 2: 6}
    assert (tmp_path / "dead").exists()
