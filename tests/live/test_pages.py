"""The page as a lecturer meets it: a real browser opens, moves, presses and uploads."""

import hashlib
import re

import numpy as np
import psutil
import pytest

from benchmarks.pages import metric, press, start, step, trainings, wait_for
from galflux_edu.datasets.images import encode_png, quantise
from galflux_edu.grading.sandbox import IsolationError, probe

CURVE = "[data-testid=stVegaLiteChart] svg"
DEMOS = {
    "": "Build a galaxy",
    "watch-it-learn": "Watch it learn",
    "one-image": "One image at a time",
    "edge": "Where is the edge?",
    "autograder": "The autograder, open",
}


def picture(page, number: int) -> str:
    source = page.locator("figure.galaxy img").nth(number).get_attribute("src")
    return hashlib.sha256(source.encode()).hexdigest()


@pytest.mark.parametrize("path", DEMOS)
def test_every_demo_opens(open_page, path):
    page = open_page(path)
    page.get_by_role("heading", name=DEMOS[path], exact=True).wait_for()
    assert page.get_by_test_id("stException").count() == 0


def test_a_slider_changes_the_picture_and_the_numbers(open_page):
    page = open_page("")
    page.get_by_role("cell", name="Cramér-Rao bound").wait_for()
    before = picture(page, 0)
    page.get_by_role("slider", name="Axis ratio").press("ArrowRight")
    wait_for(lambda: picture(page, 0) != before)
    before = [picture(page, number) for number in (0, 1)]
    page.locator("h1").click()
    page.keyboard.press("ArrowRight")  # new noise
    wait_for(lambda: picture(page, 1) != before[1])
    assert picture(page, 0) == before[0]


def test_a_stamp_is_measured_and_a_corrupt_one_gives_a_sentence(open_page, tmp_path):
    rng = np.random.default_rng(0)
    y, x = np.mgrid[-30:31, -30:31]
    image = 500 * np.exp(-np.hypot(x, y) / 3) + rng.normal(size=x.shape)
    counts, offset, scale = quantise(image[None], 1.0)
    (tmp_path / "mine.png").write_bytes(encode_png(counts[0], offset[0], scale[0]))
    page = open_page("")
    upload = page.locator("input[type=file]")
    upload.set_input_files(tmp_path / "mine.png")
    page.get_by_text("mine.png: 61x61 pixels").wait_for()
    shown = page.get_by_role("row", name="sum of the pixels").nth(1).inner_text()  # it waits
    assert float(shown.split()[-1].replace(",", "")) == pytest.approx(image.sum(), rel=0.2)
    (tmp_path / "broken.png").write_bytes(b"\x89PNG\r\n\x1a\nbroken")
    upload.set_input_files(tmp_path / "broken.png")
    page.get_by_text("broken.png: needed a whole PNG image; got a truncated one").wait_for()


def test_a_real_stamp_is_measured(open_page, real_stamps):
    page = open_page("")
    page.locator("input[type=file]").set_input_files(real_stamps / "AEGIS_F814w_images_01.fits")
    page.get_by_text(re.compile("AEGIS_F814w_images_01.fits: ")).wait_for()
    shown = page.get_by_role("row", name="sum of the pixels").nth(1).inner_text()  # it waits
    assert float(shown.split()[-1].replace(",", "")) > 0


def test_a_network_learns_pauses_steps_and_restarts(open_page):
    page = open_page("watch-it-learn")
    wait_for(lambda: metric(page, "state") == "paused")
    assert step(page) == 0
    first = float(metric(page, "validation error"))
    page.locator("h1").click()
    page.keyboard.press("Space")
    wait_for(lambda: step(page) > 60)
    wait_for(lambda: float(metric(page, "validation error")) < first / 5)
    page.keyboard.press("Space")
    wait_for(lambda: metric(page, "state") == "paused")
    held = step(page)
    page.wait_for_timeout(1500)
    assert step(page) == held
    page.keyboard.press("ArrowRight")
    wait_for(lambda: step(page) == held + 1)
    page.wait_for_timeout(1000)
    assert step(page) == held + 1
    press(page, "Restart")
    wait_for(lambda: step(page) == 0)


def test_one_run_collapses_beside_one_that_learns(open_page):
    page = open_page("watch-it-learn")
    page.get_by_text("A second run beside it").click()
    states = page.get_by_test_id("stMetric").filter(has_text="state")
    wait_for(lambda: states.count() == 2)
    wait_for(lambda: [t.split()[-1] for t in states.all_inner_texts()] == ["paused"] * 2)
    press(page, "Start")
    page.get_by_text("This network has collapsed").first.wait_for(timeout=120_000)
    shown = page.get_by_test_id("stMetric").filter(has_text="validation error")

    def errors() -> list[float]:
        return [float(text.split()[-1]) for text in shown.all_inner_texts()]

    wait_for(lambda: errors()[0] < 0.02 < 0.1 < errors()[1])
    assert page.get_by_text("This network has collapsed").count() == 1
    assert page.get_by_text("With the settings this box opens with").count() == 2


def test_recorded_runs_play(open_page):
    page = open_page("watch-it-learn")
    page.get_by_text("Recorded run").click()
    wait_for(lambda: step(page) > 0)
    first = float(metric(page, "validation error"))
    wait_for(lambda: float(metric(page, "validation error")) < first)


def test_shapes_are_classified(open_page):
    page = open_page("one-image")
    wait_for(lambda: metric(page, "state") == "paused")
    press(page, "Start")
    wait_for(lambda: float(metric(page, "accuracy").rstrip("%")) > 66, seconds=240)


def test_optimisers_walk(open_page):
    page = open_page("edge")
    press(page, "One step")
    page.get_by_text("Step 1", exact=True).wait_for()
    press(page, "Walk")
    wait_for(lambda: page.get_by_text(re.compile(r"^Step \d\d")).count() == 1)
    press(page, "Pause")
    press(page, "Restart")
    page.get_by_text("Step 0", exact=True).wait_for()


def test_a_wrong_answer_is_explained(open_page):
    page = open_page("autograder")
    press(page, "Grade it")
    try:
        probe()
    except IsolationError:
        page.get_by_text("sandbox: needed bubblewrap").wait_for()
        return
    page.get_by_text(re.compile(r"conv2d_forward: 12 of 15 points")).wait_for()


def test_curves_move_and_do_not_flicker(open_page):
    page = open_page("watch-it-learn")
    start(page)
    page.locator(f"{CURVE} path").first.wait_for()
    page.evaluate(f"() => document.querySelector('{CURVE}').beenHere = true")
    before = page.locator(CURVE).first.inner_html()
    wait_for(lambda: page.locator(CURVE).first.inner_html() != before)
    page.wait_for_timeout(2000)
    assert page.evaluate(f"() => document.querySelector('{CURVE}').beenHere")  # never drawn anew


def test_nobody_else_can_reach_the_page(server):
    listening = {
        connection.laddr.ip
        for connection in psutil.Process(server[1].pid).net_connections("inet")
        if connection.status == psutil.CONN_LISTEN
    }
    assert listening == {"127.0.0.1"}


def test_closing_the_page_ends_the_training(open_page, server):
    page = open_page("one-image")
    wait_for(lambda: metric(page, "state") == "paused")
    workers = set(trainings(server[1]))
    assert workers
    page.close()
    wait_for(lambda: not set(trainings(server[1])) & workers, 30)
