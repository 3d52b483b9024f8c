"""Fuzz the grader: thousands of mutated notebooks and frames, none of which may do any harm.

`notebooks` and `frames` make the mutants: the same seed and number give the same one.
`notebook_fuzz` and `frame_fuzz` show one to the grader and say what came of it; `campaign` does so
with all of them, and has those graded whose code is not that of the released notebook.

Not Hypothesis: tens of thousands of mutants run in parallel, each is made again from its number
alone, and most are pieces of the hostile notebooks, which no strategy could shrink.
"""

from .campaign import Fuzz, fuzz

__all__ = ["Fuzz", "fuzz"]
