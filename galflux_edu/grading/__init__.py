"""Hidden checks: how one is written, how a student's function is called, how points are counted.

A check is a generator of behaviours, each worth some points::

    from galflux_edu.grading import behaviour, check, compare

    @check("relu_forward", points=4, functions=("relu_forward",))
    def relu_forward(call, rng):
        x = rng.normal(size=(2, 5, 7, 3))
        yield behaviour(
            "zero below, identity above",
            4,
            lambda: compare(call("relu_forward", x), np.maximum(x, 0), 1e-6, "the output"),
            hint="ReLU is max(x, 0), element by element.",
        )

The author of an exercise writes the visible tests only. `galflux course build` puts the one line
that runs the hidden check, ``grade(set, grade_id, globals())``, in front of them; in front, so
that a failing visible test does not cost the points of what is right.
"""

import lazy_loader

__getattr__, __dir__, __all__ = lazy_loader.attach(
    __name__,
    submod_attrs={
        "checks": ["Behaviour", "Check", "StudentError", "behaviour", "check", "compare"],
        "handles": ["ModuleHandle"],
        "kernel": ["grade"],
        "root": ["course_root", "load_checks"],
        "run": ["Report", "run_check", "run_checks"],
    },
)
