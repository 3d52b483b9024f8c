"""Fuzz the grader: thousands of mutated notebooks and frames, none of which may do any harm.

`notebooks` and `frames` make the mutants: the same seed and number give the same one. `reading`
and `hearing` show one to the grader and say what came of it; `hunt` does so with all of them, and
has those marked whose code is not that of the released notebook.
"""

from .hunt import Fuzz, fuzz

__all__ = ["Fuzz", "fuzz"]
