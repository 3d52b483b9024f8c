"""Attach to a written answer what is no picture, under names that no file may have."""

from ._tools import RELU, edited, find, hand_in

EXPECTED = {"relu_forward": 3.0}
STOCK = "gains"
LEAK = "<script>fetch("
ATTACHMENTS = {
    "../../../was-here.png": {"image/png": "d2FzIGhlcmU="},
    "\ud800\x00": {"image/png": "AAAA"},
    '"><script>fetch(1)</script>': {"image/png": "AAAA", "text/html": "<script>fetch(1)</script>"},
    "x": {"image/svg+xml": "<svg onload='fetch(1)'/>"},
    "y": ["image/png"],
    "z": {"image/png": 7},
}


def submission(released):
    def edit(notebook):
        answer = find(notebook, "what_went_wrong")
        answer["source"] = "".join(f"![](attachment:{name})\n" for name in ATTACHMENTS)
        answer["attachments"] = ATTACHMENTS

    return edited(hand_in(released, relu_forward=RELU), edit)
