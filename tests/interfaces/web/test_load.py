"""Many at once, and how soon one is answered; measured on whatever runs the tests."""

from __future__ import annotations

import os
import time
from concurrent.futures import ThreadPoolExecutor
from typing import TYPE_CHECKING

import httpx2
import numpy as np
import pytest

from epsom.core.evidence import data_folder

if TYPE_CHECKING:
    from playwright.sync_api import Page

EXAMPLE = (data_folder() / "examples" / "case.yaml").read_bytes()
YAML = {"content-type": "application/yaml"}
MANY, PEOPLE = 30, 16


def ask(address: str, people: int = PEOPLE) -> float:
    """Seconds until an assessment is there."""
    began = time.monotonic()
    answer = httpx2.post(
        f"{address}/api/v1/assess?people={people}", content=EXAMPLE, headers=YAML, timeout=900
    )
    assert answer.status_code == 200, answer.text[:300]
    assert answer.json()["causes"]
    return time.monotonic() - began


@pytest.mark.long
def test_thirty_at_once_are_all_answered_in_turn(address):
    """No error, and the slowest in twenty no later than thirty single cases and a fifth.

    Single cases are timed before and after, because what else the machine does may change meanwhile.
    """
    alone = [ask(address) for _ in range(3)]
    with ThreadPoolExecutor(MANY) as pool:
        taken = list(pool.map(lambda _: ask(address), range(MANY)))
    alone += [ask(address) for _ in range(3)]
    single = float(np.mean(alone))
    late = float(np.percentile(taken, 95))
    print(f"single {single:.2f} s, 95 % of {MANY} within {late:.1f} s, limit {1.2 * MANY * single:.1f} s")
    assert late <= 1.2 * MANY * single


def test_triage_is_told_at_once_while_others_are_worked_out(address):
    with ThreadPoolExecutor(4) as pool:
        asked = [pool.submit(ask, address, 64) for _ in range(3)]
        time.sleep(0.3)
        began = time.monotonic()
        answer = httpx2.post(f"{address}/api/v1/triage", content=EXAMPLE, headers=YAML, timeout=60)
        taken = time.monotonic() - began
        for future in asked:
            future.result()
    assert answer.json()["triage"] == "urgent"
    assert taken < 1.5


def test_a_caller_who_hangs_up_frees_the_work(address):
    with pytest.raises(httpx2.TimeoutException):
        httpx2.post(f"{address}/api/v1/assess?people=4096", content=EXAMPLE, headers=YAML, timeout=1.0)
    end = time.monotonic() + 15
    while time.monotonic() < end:
        state = httpx2.get(f"{address}/ready", timeout=10).json()
        if state["running"] + state["waiting"] == 0:
            return
        time.sleep(0.2)
    pytest.fail(f"the work goes on: {state}")


@pytest.mark.long
def test_the_first_answer_comes_within_five_seconds_of_the_last_click(page: Page, start_server):
    """With the crowd that people get, on the two cores that the promise is for, nothing else running."""
    cores, busy = len(os.sched_getaffinity(0)), os.getloadavg()[0]
    if busy > cores:
        pytest.skip(f"{busy:.0f} others use the {cores} cores; a time measured now says nothing")
    port = 8799
    start_server(port)
    page.goto(f"http://127.0.0.1:{port}")
    page.set_input_files("#file", data_folder() / "examples" / "case.yaml")
    page.get_by_role("button", name="Open", exact=True).click()
    page.wait_for_selector("text=The file is open")
    began = time.monotonic()
    page.get_by_role("button", name="Show my answer").click()
    page.wait_for_selector(".urgency")
    triage = time.monotonic() - began
    page.wait_for_selector(".strips", timeout=120_000)
    first = time.monotonic() - began
    print(f"triage {triage:.2f} s, first answer {first:.2f} s")
    assert triage < 1.0
    assert first < 5.0
