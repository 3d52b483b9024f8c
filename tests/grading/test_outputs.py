"""What a cell showed goes on only as text and pictures, and only up to a size."""

import pytest

from galflux_edu.grading.sandbox.outputs import EACH, length, safe_outputs


def _error(**more):
    return {"output_type": "error", "ename": "E", "evalue": "", "traceback": []} | more


@pytest.mark.parametrize(
    "output",
    [
        {"output_type": "stream", "name": "stdout", "text": "x" * 3000},
        {"output_type": "display_data", "data": {"text/plain": "x" * 3000}},
        _error(evalue="x" * 3000),
        _error(ename="x" * 3000),
        _error(traceback=[""] * 400),
    ],
    ids=["stream", "data", "evalue", "ename", "empty lines"],
)
def test_every_text_of_an_output_takes_room(output):
    assert length(output) >= 3000
    assert safe_outputs([output], 4000)
    assert safe_outputs([output] * 1000, 4000) == safe_outputs([output], 4000)
    assert safe_outputs([output], 1000) == []


def test_what_is_no_text_takes_none():
    odd = {"text": 7, "ename": None, "data": ["x"], "traceback": {"x": 1}}
    assert length(odd) == 0
    assert length({"text": "abc", "evalue": "", "traceback": ["x", 3]}) == 4 + 3 * EACH
