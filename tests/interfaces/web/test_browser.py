"""The page in a real browser: by keyboard, by touch, with wrong entries, with a red flag, light and dark.

``EPSOM_PICTURES=1`` writes the pictures of docs/pictures anew.
"""

from __future__ import annotations

import itertools
import os
import re
import socket
import time
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from playwright.sync_api import Page

AXE = Path(__file__).parent / "vendor" / "axe.min.js"
PICTURES = Path(__file__).parents[3] / "docs" / "pictures"
EXAMPLE = Path(__file__).parents[3] / "src" / "epsom" / "data" / "examples" / "case.yaml"
LONG = 60_000


def check_accessible(page: Page) -> None:
    """No violation of any rule of axe-core on what is shown now."""
    page.evaluate(AXE.read_text(encoding="utf-8"))
    found = page.evaluate("axe.run(document, {resultTypes: ['violations']})")
    told = [
        (rule["id"], node["target"], node["failureSummary"][:200])
        for rule in found["violations"] for node in rule["nodes"][:3]
    ]  # fmt: skip
    assert told == []


def picture(page: Page, name: str, *, height: float = 2600, of: str = "body") -> None:
    """Write a picture of the upper part of ``of`` for the documentation where that is asked for."""
    if os.environ.get("EPSOM_PICTURES") != "1":
        return
    PICTURES.mkdir(exist_ok=True)
    page.evaluate("scrollTo(0, 0)")
    box = page.locator(of).bounding_box()
    assert box is not None
    clip = {**box, "height": min(height, box["height"])}
    page.screenshot(path=PICTURES / f"{name}.png", full_page=True, clip=clip)


def open_example(page: Page, address: str) -> None:
    page.goto(address)
    page.set_input_files("#file", EXAMPLE)
    page.get_by_role("button", name="Open", exact=True).click()
    page.wait_for_selector("text=The file is open")


def ask(page: Page) -> None:
    page.get_by_role("button", name="Show my answer").click()
    page.wait_for_selector(".strips", timeout=LONG)


def focused(page: Page) -> str:
    return page.evaluate("document.activeElement.id || document.activeElement.textContent.trim()")


def tab_to(page: Page, name: str, most: int = 90) -> None:
    """Press Tab until the element with that id or text has the focus."""
    for _ in range(most):
        if focused(page) == name:
            return
        page.keyboard.press("Tab")
    pytest.fail(f"Tab does not reach {name}; last was {focused(page)}")


def test_a_whole_case_by_keyboard_only(page, address):
    page.goto(address)
    tab_to(page, "age")
    page.keyboard.type("63")
    page.keyboard.press("Tab")
    page.keyboard.press("Space")
    tab_to(page, "question-onset")
    page.keyboard.type("05272026")
    tab_to(page, "asked_on")
    page.keyboard.type("06012026")
    tab_to(page, "Next")
    page.keyboard.press("Enter")
    assert focused(page) == "step-2-title"
    tab_to(page, "flags_rest-2")
    page.keyboard.press("ArrowUp")
    assert page.is_checked("#flags_rest")
    tab_to(page, "Next")
    page.keyboard.press("Enter")
    assert focused(page) == "step-3-title"
    tab_to(page, "product-0-label")
    page.keyboard.type("magnesium (as oxide) 400 mg, twice a day")
    page.keyboard.press("Tab")
    page.wait_for_selector("text=Read as: Magnesium oxide")
    assert page.input_value("#product-0-form") == "oxide"
    assert page.input_value("#product-0-times") == "2"
    assert "instead?" in page.inner_text("#product-0-label-says")
    tab_to(page, "product-0-start")
    page.keyboard.type("05202026")
    for step in (4, 5, 6):
        tab_to(page, "Next")
        page.keyboard.press("Enter")
        assert focused(page) == f"step-{step}-title"
    tab_to(page, "Show my answer")
    began = time.monotonic()
    page.keyboard.press("Enter")
    page.wait_for_selector(".urgency")
    assert time.monotonic() - began < 2.0
    page.wait_for_selector(".strips", timeout=LONG)
    assert "See a health professional within days." in page.inner_text("h1")


def test_a_red_flag_is_answered_before_the_next_question(page, address):
    page.goto(address)
    page.fill("#age", "50")
    page.check("text=Male")
    page.get_by_role("button", name="Next").click()
    page.get_by_label("Numb skin between your legs").check()
    page.wait_for_selector("#now .emergency, #now .urgent", timeout=3000)
    assert "emergency" in page.inner_text("#now").lower()
    check_accessible(page)
    page.get_by_role("button", name="Show my answer").click()
    page.wait_for_selector("h1:has-text('Emergency')", timeout=5000)
    check_accessible(page)


def test_a_wrong_value_is_shown_where_it_was_made_and_mended(page, address):
    page.goto(address)
    page.fill("#age", "old")
    page.check("text=Female")
    page.get_by_role("button", name="Show my answer").click()
    page.wait_for_selector(".faults")
    check_accessible(page)
    page.locator(".faults a").first.click()
    assert focused(page) == "age"
    page.fill("#age", "63")
    ask(page)


def test_by_touch_on_a_phone(phone, address):
    phone.goto(address)
    for step in range(1, 6):
        small = phone.evaluate(
            """[...document.querySelectorAll(`button, select, .option,
                input:not([type=hidden],[type=checkbox],[type=radio],[type=file])`)]
            .filter((e) => e.offsetParent && e.getBoundingClientRect().height < 44)
            .map((e) => e.outerHTML.slice(0, 90))"""
        )
        assert small == [], step
        wide = phone.evaluate("document.documentElement.scrollWidth - document.documentElement.clientWidth")
        assert wide <= 0, step
        if step == 1:
            phone.fill("#age", "63")
            phone.get_by_text("Female", exact=True).tap()
            phone.fill("#asked_on", "2026-06-01")
            phone.fill("#question-onset", "2026-05-27")
        if step == 3:
            phone.select_option("#product-0-form", "oxide")
            phone.fill("#product-0-dose", "400 mg")
            phone.get_by_text("the magnesium alone").first.tap()
            phone.fill("#product-0-start", "2026-05-20")
        phone.get_by_role("button", name="Next").tap()
    ask(phone)
    assert phone.evaluate("document.documentElement.scrollWidth <= document.documentElement.clientWidth")
    check_accessible(phone)
    assert phone.locator("figure .on-narrow").first.is_visible()
    assert not phone.locator("figure .on-wide").first.is_visible()


def test_every_step_is_accessible_and_a_file_goes_round(page, address):
    open_example(page, address)
    for step in range(1, 7):
        page.locator(f".steps li:nth-child({step}) a").click()
        page.wait_for_timeout(150)
        check_accessible(page)
        if step == 2:
            page.wait_for_selector("#now .urgent")
    with page.expect_download() as saving:
        page.get_by_role("button", name="Save as a file").click()
    saved = Path(saving.value.path()).read_text(encoding="utf-8")
    assert "2026-06-01T18:00+02:00" in saved
    assert "duration: 20 min" in saved
    page.goto(address)
    page.set_input_files("#file", {"name": "case.yaml", "mimeType": "text/yaml", "buffer": saved.encode()})
    page.get_by_role("button", name="Open", exact=True).click()
    page.wait_for_selector("text=The file is open")
    assert page.input_value("#age") == "63"


def test_the_answer_is_accessible_and_prints(page, address, browser):
    open_example(page, address)
    ask(page)
    check_accessible(page)
    page.evaluate("document.querySelectorAll('details').forEach((d) => { d.open = true; })")
    check_accessible(page)
    page.evaluate("document.querySelectorAll('details').forEach((d) => { d.open = false; })")
    picture(page, "answer")
    page.locator("a[href^='#source-']").first.click()
    assert page.locator(".all-sources").get_attribute("open") is not None
    report = page.get_by_role("link", name="Report to print").get_attribute("href")
    page.goto(address + report)
    check_accessible(page)
    assert page.pdf().startswith(b"%PDF")


def test_sliders_redraw_by_themselves(page, address):
    open_example(page, address)
    ask(page)
    page.focus("#change-dose")
    for _ in range(3):
        page.keyboard.press("ArrowLeft")
    assert "mg" in page.inner_text("label[for=change-dose]")
    page.wait_for_selector("#forecast figure", timeout=LONG)
    first = page.inner_text("#forecast-title")
    began = time.monotonic()
    page.get_by_text("Stop it today").click()
    page.wait_for_selector("#forecast-title:has-text('Magnesium stopped today')", timeout=LONG)
    print(f"redrawn after {time.monotonic() - began:.2f} s")
    assert first != page.inner_text("#forecast-title")
    check_accessible(page)
    picture(page, "change", of="section[aria-labelledby=stopping]", height=2000)


def test_the_finer_answer_is_offered_not_forced(page, address):
    open_example(page, address)
    ask(page)
    if page.locator(".finer").count():
        page.wait_for_selector("text=Show it", timeout=LONG)
        page.get_by_role("button", name="Show it").click()
        page.wait_for_selector(".strips")
    assert page.locator(".finer").count() == 0


def test_the_draft_is_kept_only_when_asked_and_only_in_the_tab(page, address):
    page.goto(address)
    page.fill("#age", "71")
    page.goto(address)
    assert page.input_value("#age") == ""
    assert page.evaluate("sessionStorage.length + localStorage.length") == 0
    page.check("#keep")
    page.fill("#age", "71")
    page.get_by_text("Male", exact=True).click()
    page.goto(address)
    assert page.input_value("#age") == "71"
    assert page.is_checked("input[name=sex][value=male]")
    page.uncheck("#keep")
    assert page.evaluate("sessionStorage.length + localStorage.length") == 0
    assert page.context.cookies() == []


def test_question_and_answer_without_script(browser, address):
    context = browser.new_context(java_script_enabled=False)
    page = context.new_page()
    page.goto(address)
    page.fill("#age", "63")
    page.check("input[name=sex][value=female]")
    page.fill("#asked_on", "2026-06-01")
    page.select_option("#product-0-form", "oxide")
    page.click("text=Show my answer")
    page.wait_for_selector("h1")
    page.wait_for_selector(".strips", timeout=LONG)
    assert "low back pain" in page.inner_text("#causes")
    context.close()


def test_focus_is_seen_and_follows_the_order_of_the_page(page, address):
    page.goto(address)
    places = []
    for _ in range(14):
        page.keyboard.press("Tab")
        place, ring = page.evaluate(
            """(() => { const e = document.activeElement; const box = (e.closest('.option') || e);
            const r = box.getBoundingClientRect(); const s = getComputedStyle(box);
            const ring = s.outlineStyle !== 'none' && parseFloat(s.outlineWidth) >= 2;
            return [r.top + scrollY + r.left / 10000, ring]; })()"""
        )
        assert ring
        places.append(place)
    inside = places[4:]
    assert all(later >= earlier - 60 for earlier, later in itertools.pairwise(inside))


def test_motion_is_still_where_that_is_wished(phone, address):
    phone.goto(address)
    assert phone.evaluate("matchMedia('(prefers-reduced-motion: reduce)').matches")
    moving = phone.evaluate(
        """(() => { const e = document.createElement('p'); e.className = 'turning'; document.body.append(e);
        return getComputedStyle(e).animationName; })()"""
    )
    assert moving == "none"


def test_the_laboratory_is_accessible_and_runs(page, address):
    page.goto(f"{address}/laboratory")
    check_accessible(page)
    page.fill("#count", "8")
    page.fill("#duration", "14")
    page.fill("#start_day", "2")
    page.fill("#stop_day", "10")
    page.get_by_role("button", name="Write the scenario").click()
    page.wait_for_selector("text=written from the fields")
    assert "count: 8" in page.input_value("#scenario")
    picture(page, "laboratory")
    page.get_by_role("button", name="Run", exact=True).click()
    page.wait_for_selector("figure", timeout=LONG)
    check_accessible(page)
    picture(page, "group")
    with page.expect_download() as loading:
        page.get_by_role("link", name="Every person, CSV").click()
    assert Path(loading.value.path()).read_text(encoding="utf-8").startswith("person,status,")


def test_other_pages_are_accessible(page, address):
    for place in ("/about", "/problems/gone", "/answer/unknown"):
        page.goto(address + place)
        check_accessible(page)


def test_pictures_of_the_main_states(page, phone, address):
    page.goto(address)
    picture(page, "ask")
    open_example(phone, address)
    ask(phone)
    picture(phone, "phone", height=2200)
    assert re.search(r"/answer/", phone.url)


@pytest.mark.long
def test_a_restart_loses_nothing_a_person_was_told_is_saved(page, start_server):
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    address = f"http://127.0.0.1:{port}"
    server = start_server(port)
    open_example(page, address)
    page.check("#keep")
    with page.expect_download() as saving:
        page.get_by_role("button", name="Save as a file").click()
    saved = Path(saving.value.path()).read_bytes()
    page.get_by_role("button", name="Show my answer").click()
    page.wait_for_selector("[data-wait]")
    server.kill()
    server.wait()
    page.wait_for_selector("text=does not answer", timeout=LONG)
    start_server(port)
    page.wait_for_selector("text=holds nothing", timeout=LONG)
    page.get_by_role("button", name="Change what I entered").click()
    page.wait_for_selector("#age")
    assert page.input_value("#age") == "63"
    page.goto(address)
    assert page.input_value("#age") == "63"
    page.set_input_files("#file", {"name": "case.yaml", "mimeType": "text/yaml", "buffer": saved})
    page.get_by_role("button", name="Open", exact=True).click()
    page.wait_for_selector("text=The file is open")
