"""What the tests of the page share: a server on a port of its own, and a browser where there is one."""

from __future__ import annotations

import os
import shutil
import socket
import subprocess
import sys
import threading
import time
import urllib.request
from typing import TYPE_CHECKING

import pytest
from starlette.testclient import TestClient

from epsom.interfaces.web.app import create_app
from epsom.interfaces.web.settings import Settings

if TYPE_CHECKING:
    from collections.abc import Iterator

    from playwright.sync_api import Browser, Page

CHROMIUM = shutil.which("chromium") or shutil.which("chromium-browser")
#: Few people: what is tested here is the page, not the numbers.
SMALL = Settings(first_people=24, people=32, unheard_seconds=4.0)


@pytest.fixture(scope="session")
def client() -> Iterator[TestClient]:
    """The application without a network."""
    with TestClient(create_app(SMALL, log=False, warm=False), base_url="http://localhost") as found:
        yield found


@pytest.fixture(scope="session")
def address() -> Iterator[str]:
    """The address of a real server in a thread of this process."""
    import uvicorn

    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    app = create_app(SMALL, log=False, warm=True)
    config = uvicorn.Config(app, host="127.0.0.1", port=port, log_level="error", timeout_graceful_shutdown=1)
    server = uvicorn.Server(config)
    thread = threading.Thread(target=server.run, daemon=True)
    thread.start()
    found = f"http://127.0.0.1:{port}"
    wait_until_ready(found)
    yield found
    server.should_exit = True
    thread.join(10)


def wait_until_ready(address: str, seconds: float = 120.0) -> None:
    """Wait until a server says that it is ready."""
    end = time.monotonic() + seconds
    while time.monotonic() < end:
        try:
            with urllib.request.urlopen(f"{address}/ready", timeout=2) as answer:
                if answer.status == 200:
                    return
        except OSError:
            time.sleep(0.2)
    pytest.fail("the server did not get ready")


@pytest.fixture(scope="session")
def browser() -> Iterator[Browser]:
    """Headless Chromium; without one the tests are skipped, or fail where EPSOM_REQUIRE_BROWSER=1."""
    if CHROMIUM is None:
        message = "No Chromium is installed (Debian: apt-get install chromium); the page was not tried in it."
        if os.environ.get("EPSOM_REQUIRE_BROWSER") == "1":
            pytest.fail(message)
        pytest.skip(message)
    from playwright.sync_api import sync_playwright

    with sync_playwright() as driver:
        found = driver.chromium.launch(executable_path=CHROMIUM, args=["--no-sandbox"])
        yield found
        found.close()


@pytest.fixture
def start_server() -> Iterator:
    """Start servers in processes of their own, to be killed."""
    started: list[subprocess.Popen] = []

    def start(port: int) -> subprocess.Popen:
        process = subprocess.Popen(
            [sys.executable, "-m", "epsom", "serve", "--port", str(port)],
            stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL,
        )  # fmt: skip
        started.append(process)
        wait_until_ready(f"http://127.0.0.1:{port}")
        return process

    yield start
    for process in started:
        process.kill()
        process.wait()


@pytest.fixture
def page(browser: Browser) -> Iterator[Page]:
    yield from opened(browser, viewport={"width": 1100, "height": 850})


@pytest.fixture
def phone(browser: Browser) -> Iterator[Page]:
    yield from opened(browser, viewport={"width": 390, "height": 844}, has_touch=True, color_scheme="dark",
                      reduced_motion="reduce")  # fmt: skip


def opened(browser: Browser, **options) -> Iterator[Page]:
    """A page that must not complain, and must not load anything from elsewhere."""
    context = browser.new_context(**options)
    found = context.new_page()
    complaints: list[str] = []
    found.on("pageerror", lambda error: complaints.append(str(error)))
    found.on(
        "console", lambda said: complaints.append(said.text) if "Content Security" in said.text else None
    )
    found.on("request", lambda asked: complaints.append(asked.url) if "127.0.0.1" not in asked.url else None)
    yield found
    context.close()
    assert complaints == []
