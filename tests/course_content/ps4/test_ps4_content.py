"""Problem set 4 as its reader meets it: the lecture runs, the expected picture is true."""

import runpy
from pathlib import Path

import numpy as np
from PIL import Image

from benchmarks.waiting import run_lecture

SET = Path(__file__).resolve().parents[3] / "course" / "ps4_convolution"


def test_the_expected_picture_is_what_the_solution_draws():
    module = runpy.run_path(str(SET / "pictures.py"))
    drawn = np.asarray(module["draw"](), dtype=float)
    expected = np.asarray(Image.open(module["EXPECTED"]).convert("RGB"), dtype=float)
    assert drawn.shape == expected.shape
    assert np.mean(np.abs(drawn - expected)) < 4  # of 255: JPEG and other fonts may differ a little


def test_the_lecture_runs():
    names = run_lecture(SET / "lecture.md")
    assert names["total"] == 1884465
    assert (names["height"], names["width"]) == (10, 10)
