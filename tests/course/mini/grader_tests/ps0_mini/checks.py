"""Hidden checks of the smallest problem set there is."""

import numpy as np

from galflux_edu.grading import against, behaviour, case, question


@question("double")
def double(call, rng):
    test = against(call, "double", lambda x: x + x)
    yield behaviour("arrays", 4, test, [case(rng.normal(size=(3, 2)))])
    yield behaviour("whole numbers", 2, test, [case(np.arange(3))], "Twice nothing is nothing.")


@question("halve")
def halve(call, rng):
    test = against(call, "halve", lambda x: x / 2)
    yield behaviour("a number", 2, test, [case(rng.normal())])
