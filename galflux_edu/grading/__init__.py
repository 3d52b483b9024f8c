"""Hidden checks: how one is written, how a student's function is called, how points are counted.

A question is a generator of behaviours, each worth some points::

    from galflux_edu.grading import against, behaviour, case, question

    @question("relu_forward", unchanged=1)
    def relu_forward(call, rng):
        test = against(call, "relu_forward", lambda x: np.where(x < 0, 0, x))
        yield behaviour(
            "any shape",
            3,
            test,
            [case(rng.normal(size=shape)) for shape in ((29,), (2, 5, 7, 3))],
            "ReLU is max(x, 0), element by element.",
        )

The author of an exercise writes the visible tests only. `galflux course build` puts the one line
that runs the hidden check, ``grade(set, grade_id, globals())``, in front of them; in front, so
that a failing visible test does not cost the points of what is right.
"""

import lazy_loader

from .. import notebook  # noqa: F401 - first, since nbgrader imports nbformat

__getattr__, __dir__, __all__ = lazy_loader.attach_stub(__name__, __file__)
