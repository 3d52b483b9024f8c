"""One server for all tests, and a browser; skipped with a reason where there is neither."""

import pytest

from benchmarks import pages


@pytest.fixture(scope="session")
def server():
    """The address of a running `galflux live`, and its process."""
    with pages.serving() as running:
        yield running


@pytest.fixture(scope="session")
def browser():
    """A headless Chromium."""
    if pages.CHROMIUM is None:
        pytest.skip("no Chromium on this computer")
    with pages.chromium() as chromium:
        yield chromium


@pytest.fixture
def open_page(server, browser):
    """Open a demo: ``open_page("watch-it-learn")``; no request may leave this computer.

    And nothing may be named that was sent before: pages have broken over it.
    """
    from streamlit.proto.ForwardMsg_pb2 import ForwardMsg

    contexts, elsewhere, named = [], [], []

    def read(message):
        if ForwardMsg.FromString(message).HasField("ref_hash"):
            named.append(message)

    def open_demo(path: str, **options):
        context = browser.new_context(viewport={"width": 1280, "height": 900}, **options)
        contexts.append(context)
        page = context.new_page()
        page.set_default_timeout(60_000)
        page.on("request", lambda request: elsewhere.append(request.url))
        page.on("websocket", lambda line: line.on("framereceived", read))
        page.goto(f"{server[0]}/{path}")
        page.wait_for_selector("h1")
        return page

    yield open_demo
    for context in contexts:
        context.close()
    allowed = (f"{server[0]}/", "data:", "blob:", server[0].replace("http", "ws", 1))
    assert [url for url in elsewhere if not url.startswith(allowed)] == []
    assert named == []
