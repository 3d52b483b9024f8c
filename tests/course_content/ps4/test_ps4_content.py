"""Problem set 4 as its reader meets it: the lecture runs, the expected picture is true."""

import runpy
from pathlib import Path

import numpy as np
from PIL import Image

SET = Path(__file__).resolve().parents[3] / "course" / "ps4_convolution"


def test_the_expected_picture_is_what_the_solution_draws():
    module = runpy.run_path(str(SET / "pictures.py"))
    drawn = np.asarray(module["draw"](), dtype=float)
    expected = np.asarray(Image.open(module["EXPECTED"]).convert("RGB"), dtype=float)
    assert drawn.shape == expected.shape
    assert np.mean(np.abs(drawn - expected)) < 4  # of 255: JPEG and other fonts may differ a little


def test_the_lecture_runs():
    text = (SET / "lecture.md").read_text(encoding="utf-8")
    names = {}
    for block in text.split("```{code-cell} python\n")[1:]:
        code = block.partition("\n```")[0]
        exec(code.removeprefix(":tags: [hide-input]\n"), names)  # noqa: S102
    assert names["total"] == 1884465
    assert (names["height"], names["width"]) == (10, 10)
