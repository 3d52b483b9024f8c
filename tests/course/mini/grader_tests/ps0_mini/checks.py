"""Hidden checks of the smallest problem set there is."""

import numpy as np

from galflux_edu.grading import behaviour, check, compare


@check("double", points=6, functions=("double",))
def double(call, rng):
    x = rng.normal(size=(3, 2))
    yield behaviour("arrays", 4, lambda: compare(call("double", x), x + x, 1e-6, "twice x"))
    yield behaviour(
        "whole numbers",
        2,
        lambda: compare(call("double", np.arange(3)), [0, 2, 4], 0, "twice whole numbers"),
        hint="Twice nothing is nothing.",
    )


@check("halve", points=2, functions=("halve",))
def halve(call, rng):
    x = rng.normal()
    yield behaviour("a number", 2, lambda: compare(call("halve", x), x / 2, 1e-6, "half of x"))
