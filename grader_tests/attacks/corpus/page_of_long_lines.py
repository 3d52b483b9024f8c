"""Chain a name to itself a hundred thousand times, for whoever colours the source on a page."""

from ._tools import KEPT, PARAMETERS, RELU, hand_in

EXPECTED = KEPT
STOCK = "gains"
LEAK = "<script>fetch("  # nothing leaks, but a page there must be


def submission(released):
    return hand_in(
        released,
        first="if 0:\n    a" + ".b" * 100_000,
        relu_forward=RELU,
        count_parameters=PARAMETERS,
    )
