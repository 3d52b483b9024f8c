"""One server for all tests, and a browser; skipped with a reason where there is neither."""

import os
import shutil
import socket
import subprocess
import sys
import time
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
CHROMIUM = shutil.which("chromium") or shutil.which("chromium-browser")
QUIET = (
    *("--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run", "--disable-sync"),
    *("--disable-background-networking", "--disable-component-update"),
)


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


@pytest.fixture(scope="session")
def server():
    """The address of a running `galflux live`, and its process."""
    pytest.importorskip("streamlit", reason="streamlit is not installed")
    port = _free_port()
    command = [sys.executable, "-m", "galflux_edu.cli", "live", "--no-browser", "--port", str(port)]
    process = subprocess.Popen(command, cwd=ROOT, stdout=subprocess.DEVNULL, stderr=subprocess.PIPE)
    os.set_blocking(process.stderr.fileno(), False)
    give_up = time.monotonic() + 240
    while time.monotonic() < give_up:
        with socket.socket() as probe:
            if probe.connect_ex(("127.0.0.1", port)) == 0:
                break
        if process.poll() is not None:
            pytest.fail(f"galflux live ended: {process.stderr.read()!r}")
        process.stderr.read()
        time.sleep(0.2)
    yield f"http://127.0.0.1:{port}", process
    process.terminate()
    process.wait(20)
    process.stderr.close()


@pytest.fixture(scope="session")
def browser():
    """A headless Chromium."""
    sync_api = pytest.importorskip("playwright.sync_api", reason="playwright is not installed")
    if CHROMIUM is None:
        pytest.skip("no Chromium on this computer")
    with sync_api.sync_playwright() as playwright:
        chromium = playwright.chromium.launch(executable_path=CHROMIUM, args=list(QUIET))
        yield chromium
        chromium.close()


@pytest.fixture
def open_page(server, browser):
    """Open a demo: ``open_page("watch-it-learn")``; no request may leave this computer."""
    contexts, elsewhere = [], []

    def open_demo(path: str, **options):
        context = browser.new_context(viewport={"width": 1280, "height": 900}, **options)
        contexts.append(context)
        page = context.new_page()
        page.set_default_timeout(60_000)
        page.on("request", lambda request: elsewhere.append(request.url))
        page.goto(f"{server[0]}/{path}")
        page.wait_for_selector("h1")
        return page

    yield open_demo
    for context in contexts:
        context.close()
    allowed = (f"{server[0]}/", "data:", "blob:", server[0].replace("http", "ws", 1))
    assert [url for url in elsewhere if not url.startswith(allowed)] == []
