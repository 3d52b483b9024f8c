"""The page of ``galflux live`` in a headless browser: for benchmarks, pictures and tests."""

import re
import shutil
import socket
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import psutil

ROOT = Path(__file__).resolve().parents[1]
CHROMIUM = shutil.which("chromium") or shutil.which("chromium-browser")
QUIET = (
    *("--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run", "--disable-sync"),
    *("--disable-background-networking", "--disable-component-update"),
)
DEMOS = {  # what each is called, and what is on its page when all of it is
    "build-a-galaxy": ("Build a galaxy", "text=Measure a stamp of your own"),
    "watch-it-learn": ("Watch it learn", "[data-testid=stMetric]"),
    "one-image": ("One image at a time", "[data-testid=stMetric]"),
    "edge": ("Where is the edge?", "text=residual"),
    "autograder": ("The autograder, open", "text=Grade it"),
}


@contextmanager
def serving(seconds: float = 240.0) -> Iterator[tuple[str, subprocess.Popen]]:
    """Run ``galflux live`` on a free port; yield its address and its process, and end it."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    command = [sys.executable, "-m", "galflux_edu.cli", "live", "--no-browser", "--port", str(port)]
    with tempfile.TemporaryFile() as log:
        process = subprocess.Popen(command, cwd=ROOT, stdout=log, stderr=log)  # noqa: S603

        def answers() -> bool:
            if process.poll() is not None:
                log.seek(0)
                raise RuntimeError(f"galflux live ended: {log.read().decode()}")
            with socket.socket() as probe:
                return probe.connect_ex(("127.0.0.1", port)) == 0

        try:
            wait_for(answers, seconds)
            yield f"http://127.0.0.1:{port}", process
        finally:
            process.terminate()
            process.wait(20)


@contextmanager
def chromium() -> Iterator[Any]:
    """Run the system's Chromium without a window."""
    from playwright.sync_api import sync_playwright

    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=CHROMIUM, args=list(QUIET))
        yield browser
        browser.close()


def open_demo(browser: Any, address: str, demo: str, **options: Any) -> Any:
    """Open a demo in a browser that has never been there, and wait until all of it is there."""
    options = {"viewport": {"width": 1280, "height": 900}, **options}
    page = browser.new_context(**options).new_page()
    page.set_default_timeout(60_000)
    page.goto(f"{address}/{demo}".removesuffix(next(iter(DEMOS))))  # the first has no path
    name, last = DEMOS[demo]
    page.get_by_role("heading", name=name, exact=True).wait_for()
    page.locator(last).first.wait_for()
    return page


def metric(page: Any, label: str) -> str:
    """Return the number that the page shows under `label`."""
    block = page.get_by_test_id("stMetric").filter(has_text=label).first
    return block.get_by_test_id("stMetricValue").inner_text()


def step(page: Any) -> int:
    """Return how many steps the page says were taken."""
    return int(metric(page, "step").replace(",", ""))


def press(page: Any, name: str) -> None:
    """Click the first button with that in its name."""
    page.get_by_role("button", name=re.compile(name)).first.click()


def wait_until_paused(page: Any) -> None:
    """Wait until the page says so, and see it at once."""
    shows = """() => [...document.querySelectorAll('[data-testid="stMetric"]')].some(
        block => /^state/.test(block.innerText) && block.innerText.includes('paused'))"""
    page.wait_for_function(shows)


def start(page: Any) -> None:
    """Begin to train, once the process is ready, and wait for the first steps."""
    wait_until_paused(page)
    press(page, "Start")
    wait_for(lambda: step(page) > 0)


def trainings(server: subprocess.Popen) -> list[psutil.Process]:
    """Return the training processes of a server; its sandbox may have others."""
    try:
        children = psutil.Process(server.pid).children()
        return [child for child in children if "galflux_edu.live.worker" in child.cmdline()]
    except (psutil.NoSuchProcess, psutil.ZombieProcess):
        return []


def wait_for(condition: Callable[[], bool], seconds: float = 60.0) -> float:
    """Wait until it holds, and return how long that took."""
    began = time.monotonic()
    while not condition():
        if time.monotonic() - began > seconds:
            raise TimeoutError(f"it took more than {seconds:g} seconds")
        time.sleep(0.1)
    return time.monotonic() - began
