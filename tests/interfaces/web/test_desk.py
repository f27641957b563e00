"""The desk: fair turns, true positions, and work that ends once nobody waits for it."""

from __future__ import annotations

import threading
import time

import pytest

from epsom.interfaces.web.desk import Canceled, Desk, Full, Job, TooLong, watched


@pytest.fixture
def desk():
    found = Desk("test", most_waiting=8)
    yield found
    found.close(1.0)


def held(desk, owner="first"):
    """A job that runs until it is let go."""
    go = threading.Event()
    job = desk.submit(Job(lambda _: go.wait(5), owner, 10.0))
    while job.state == "waiting":
        time.sleep(0.005)
    return job, go


def test_whoever_was_served_longest_ago_comes_next(desk):
    order = []
    _, go = held(desk)
    jobs = [
        desk.submit(Job(lambda _, name=f"{owner}{n}": order.append(name), owner, 5.0))
        for n, owner in enumerate("aaabbc")
    ]
    assert [desk.position(job) for job in jobs] == [1, 4, 6, 2, 5, 3]
    go.set()
    for job in jobs:
        assert job.ended.wait(5)
    assert order == ["a0", "b3", "c5", "a1", "b4", "a2"]


def test_a_position_counts_down_to_nothing(desk):
    _, go = held(desk)
    job = desk.submit(Job(lambda _: 7, "other", 5.0))
    assert desk.position(job) == 1
    go.set()
    assert job.ended.wait(5)
    assert (desk.position(job), job.state, job.result) == (0, "done", 7)


def test_a_full_line_is_refused(desk):
    _, go = held(desk)
    for number in range(8):
        desk.submit(Job(lambda _: None, str(number), 5.0))
    with pytest.raises(Full):
        desk.submit(Job(lambda _: None, "late", 5.0))
    go.set()


def test_work_nobody_asks_for_is_dropped_while_it_waits(desk):
    _, go = held(desk)
    gone = desk.submit(Job(lambda _: None, "gone", 5.0, unheard_seconds=0.05))
    stays = desk.submit(Job(lambda _: None, "stays", 5.0))
    assert desk.position(stays) == 2
    time.sleep(0.1)
    assert desk.position(stays) == 1
    assert gone.state == "canceled"
    go.set()


def test_work_nobody_asks_for_is_stopped_while_it_runs(desk):
    def work(job):
        while True:
            job.check()
            time.sleep(0.01)

    job = desk.submit(Job(work, "gone", 30.0, unheard_seconds=0.1))
    assert job.ended.wait(3)
    assert job.state == "canceled"


def test_whoever_keeps_asking_keeps_the_work(desk):
    job = desk.submit(Job(lambda _: time.sleep(0.4), "asks", 30.0, unheard_seconds=0.2))
    while not job.ended.wait(0.05):
        job.hear()
    assert job.state == "done"


def test_work_that_takes_too_long_fails_and_says_so(desk):
    def work(job):
        while True:
            job.check()
            time.sleep(0.01)

    job = desk.submit(Job(work, "slow", 0.1))
    assert job.ended.wait(3)
    assert (job.state, type(job.error)) == ("failed", TooLong)


def test_an_error_is_kept_and_the_next_job_runs(desk):
    def broken(_):
        raise ZeroDivisionError

    first = desk.submit(Job(broken, "a", 5.0))
    second = desk.submit(Job(lambda _: 1, "b", 5.0))
    assert second.ended.wait(5)
    assert (first.state, type(first.error), second.state) == ("failed", ZeroDivisionError, "done")


def test_an_engine_stops_with_its_job():
    class Engine:
        name = "never ends"

        def solve(self, problem, canceled):
            while not canceled():
                time.sleep(0.01)
            return problem

    job = Job(lambda _: None, "a", 5.0)
    threading.Timer(0.1, job.cancel).start()
    with pytest.raises(Canceled):
        watched(Engine(), job).solve(None)
