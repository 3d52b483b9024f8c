"""A lecture with ``galflux live``: memory, speed and manners of the page, in headless Chromium.

``headline``: steps a second of *Watch it learn* while the page draws them, against the same steps
with nothing drawn or reported, by turns; the browser stands still meanwhile. A ratio of 0.75 is the
least that will do. The other rows compare with what a lecture allows: how much memory of server and
training process grows in ten minutes (after the first half minute), how often the curve moves, how
long each demo takes to open (the slowest of three), and, with five sessions in training at once,
how long a pause and a slider take to show. A process that outlives its page or its server is an
error. It takes 14 minutes; ``--minutes`` shortens the longest part.
"""

import os
import statistics
import subprocess
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

import click
import psutil

from benchmarks import harness, pages
from galflux_edu.live.interactive import InteractiveTrainer
from galflux_edu.live.tasks import CONVERGING, make_task

SESSIONS = 5
SECONDS = 8.0  # of one measurement of speed
CURVE = """async seconds => {
    let pictures = new Set(), charts = new Set();
    for (const end = performance.now() + 1000 * seconds; performance.now() < end;) {
        const chart = document.querySelector('[data-testid="stVegaLiteChart"] svg');
        charts.add(chart);
        pictures.add(chart.outerHTML);
        await new Promise(resume => setTimeout(resume, 50));
    }
    return [pictures.size / seconds, charts.size];
}"""


def openings(browser: Any, address: str) -> list[dict]:
    """Open each demo three times in a browser that was never there."""
    rows = []
    for demo in pages.DEMOS:

        def visit(demo: str = demo) -> None:
            pages.open_demo(browser, address, demo).context.close()

        rows.append(
            harness.limit(f"opens {demo}", max(harness.seconds(visit) for _ in range(3)), 5, "s")
        )
    return rows


def memory_mib(server: subprocess.Popen) -> float:
    """Return what server and training processes hold of their own (USS)."""
    processes = [psutil.Process(server.pid), *pages.trainings(server)]
    return sum(process.memory_full_info().uss for process in processes) / 2**20


def growth(page: Any, server: subprocess.Popen, minutes: float) -> dict:
    """Train so long with the page open: the most memory there is, over the beginning."""
    page.wait_for_timeout(30_000)
    before, seen = memory_mib(server), []
    end = time.monotonic() + 60 * minutes
    while time.monotonic() < end:
        page.wait_for_timeout(5_000)  # the browser lives meanwhile
        seen.append(memory_mib(server))
    return harness.limit("memory grows", max(seen) - before, 100, "MiB")


def curve(page: Any) -> dict:
    """Count the pictures of the curve, which is one chart that moves: nothing blinks."""
    rate, charts = page.evaluate(CURVE, 10)
    if charts > 1:
        raise RuntimeError(f"needed a curve that stays; got {charts} one after the other")
    return harness.limit("curve moves", rate, 2, "pictures/s", most=False)


def speeds(page: Any, server: subprocess.Popen) -> tuple[Callable, Callable]:
    """Return functions that measure steps a second with the page, and with nothing drawn."""
    run = InteractiveTrainer(make_task("flux"), CONVERGING)
    run.warm_up()
    os.nice(5)  # as the training process is

    def ours() -> float:
        before, began = pages.step(page), time.perf_counter()
        page.wait_for_timeout(1000 * SECONDS)
        return (pages.step(page) - before) / (time.perf_counter() - began)

    def theirs() -> float:
        taken = 0
        with still(server):
            run.advance()
            began = time.perf_counter()
            while time.perf_counter() - began < SECONDS:
                taken += len(run.advance())
            rate = taken / (time.perf_counter() - began)
        page.wait_for_timeout(2_000)  # until the page has caught up
        return rate

    return ours, theirs


@contextmanager
def still(server: subprocess.Popen) -> Iterator[None]:
    """Let browser, server and training stand still."""
    processes = psutil.Process().children(recursive=True)
    for process in processes:
        process.suspend()
    try:
        yield
    finally:
        for process in processes:
            process.resume()


def many_sessions(browser: Any, address: str) -> list[dict]:
    """Train in so many sessions at once: how long a pause takes to show, and a slider."""
    training = [pages.open_demo(browser, address, "watch-it-learn") for _ in range(SESSIONS)]
    for page in training:
        pages.start(page)
    pauses = []
    for page in training:
        began = time.perf_counter()
        pages.press(page, "Pause")
        pages.wait_until_paused(page)
        pauses.append(time.perf_counter() - began)
        pages.press(page, "Start")
    sliding = []
    page = pages.open_demo(browser, address, "build-a-galaxy")
    for _ in range(SESSIONS):
        picture = page.locator("figure.galaxy img").first.get_attribute("src")
        began = time.perf_counter()
        page.get_by_role("slider", name="Axis ratio").press("ArrowLeft")
        shown = "old => document.querySelector('figure.galaxy img').src !== old"
        page.wait_for_function(shown, arg=picture)
        sliding.append(time.perf_counter() - began)
    return [
        harness.limit(f"{SESSIONS} sessions, {case}, {word}", of(times), allowed, "s")
        for case, times in (("pause", pauses), ("slider", sliding))
        for word, of, allowed in (("median", statistics.median, 1), ("worst", max, 3))
    ]


@click.command(help=__doc__)
@click.option("--json", "as_json", is_flag=True, help="Print one JSON object on the last line.")
@click.option("--minutes", default=10.0, show_default=True, help="How long the page is watched.")
def main(as_json: bool, minutes: float) -> None:
    """Measure and print."""

    def say(what: str) -> None:
        click.echo(f"{time.strftime('%H:%M:%S')} {what}", err=True)

    say("every demo is opened")
    with pages.serving() as (address, server), pages.chromium() as browser:
        rows = openings(browser, address)
        page = pages.open_demo(browser, address, "watch-it-learn")
        pages.start(page)
        say(f"one page is watched for {minutes:g} minutes and a half")
        rows.append(growth(page, server, minutes))
        rows.append(curve(page))
        say("training with a page, and without")
        headline = harness.row("headline", "nothing-drawn", *speeds(page, server), "steps/s")
        page.context.close()
        seconds = pages.wait_for(lambda: not pages.trainings(server))
        rows.append(harness.limit("training ends after its page", seconds, 30, "s"))
        say(f"{SESSIONS} sessions train at once")
        rows += many_sessions(browser, address)
        left = [psutil.Process(server.pid), *pages.trainings(server)]
        server.terminate()
        seconds = pages.wait_for(lambda: not any(map(lives, left)))
        rows.append(harness.limit(f"{len(left)} processes end with the server", seconds, 5, "s"))
    harness.report("live", [headline, *rows], ["galflux", "streamlit", "jax", "numpy"], as_json)


def lives(process: psutil.Process) -> bool:
    """Return whether a process is more than an entry in its parent's list."""
    try:
        return process.status() != psutil.STATUS_ZOMBIE
    except psutil.NoSuchProcess:
        return False


if __name__ == "__main__":
    main()
