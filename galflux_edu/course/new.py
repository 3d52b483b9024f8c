"""Write the skeleton of a problem set: one question, one mistake, and everything around them."""

import re
from pathlib import Path

from ..errors import InputError

FILES = {
    "course/{name}/exercise.py": '''# ---
# jupyter:
#   jupytext:
#     text_representation:
#       extension: .py
#       format_name: percent
# ---

# %% [markdown]
# # {title}
#
# **What do you expect?** Ask a question worth asking first, then give the formula with its
# reference, then the stub with one worked number.

# %% locked: tools
import numpy as np

from galflux_edu.testing import load_causes, passed, same

load_causes("assets/causes.json")  # what well-known mistakes lead to

# %% [markdown]
# ## 1 Twice
#
# $$ y = 2 x $$
#
# **Worked number.** $x = (1, 3)$: $y = (2, 6)$.


# %% answer: double
def double(x):
    """Return 2 x, shaped like x."""
    ### BEGIN SOLUTION
    return 2 * x
    ### END SOLUTION


# %% test: double
same(double, (np.array([1.0, 3.0]),), np.array([2.0, 6.0]), "double of (1, 3)", "each number twice")
same(double, (np.array([[-1.5], [0.0]]),), np.array([[-3.0], [0.0]]), "double of two axes",
    "each number by itself, whatever the shape")
passed("double")

# %% [markdown]
# **Answer in your own words, in at most 100 words** (10 points, read by a person): why?

# %% written: why, 10 points
# Because twice is more than once.
''',
    "course/{name}/lecture.md": """---
jupytext:
  formats: md:myst
kernelspec:
  display_name: Python 3
  language: python
  name: python3
---

# {title}

What the lecture shows, with cells that run:

```{{code-cell}}
import numpy as np

2 * np.array([1.0, 3.0])
```
""",
    "course/{name}/demo.py": '''"""Show it live: twice of a number that the room calls out."""

import sys

if __name__ == "__main__":
    print(2 * float(sys.argv[1] if len(sys.argv) > 1 else 3))
''',
    "grader_tests/{name}/__init__.py": '''"""{title}: what its sandbox hides, and what an answer may not name."""

MASKED = ()
FORBIDDEN = ("galflux_edu",)  # but for `galflux_edu.testing`, which is always allowed
''',
    "grader_tests/{name}/checks.py": '''"""Hidden checks: the points of a question are the sum of its behaviours."""

from galflux_edu.grading import against, behaviour, case, question

from .oracles import twice


@question("double", unchanged=1)
def double(call, rng):
    test = against(call, "double", twice)
    yield behaviour("numbers", 4, test, [case(rng.normal(size=7))], "Each number twice.")
    yield behaviour("any shape", 1, test, [case(rng.normal(size=(2, 3, 4)))], "Whatever the shape.")
''',
    "grader_tests/{name}/oracles.py": '''"""Independent answers: another way to the same number."""


def twice(x):
    """Return x + x."""
    return x + x
''',
    "grader_tests/{name}/mistakes.py": '''"""Named misconceptions, each a change of the whole solution notebook.

`loses` is what that notebook loses: `galflux selftest {name} --update` fills it in.
"""

from galflux_edu.course.mistakes import change, mistakes

double = mistakes(
    square=change("2 * x", "x**2", says="this is the square", loses=6),
    in_place=change("return 2 * x", "x *= 2\\n    return x",
        says="the array that went in was changed: work on a copy", loses=1),
    no_return=change("return 2 * x", "2 * x", says="the `return` is missing", loses=6),
)
''',
    "grader_tests/{name}/correct/in_jax.py": '''"""Written in JAX."""

import jax.numpy as jnp


def double(x):
    return jnp.asarray(x) + jnp.asarray(x)
''',
}


def write_skeleton(root: Path, name: str) -> list[str]:
    """Write the files of the new problem set `name` and return their names.

    Raises
    ------
    InputError
        If the name is none for a set, or there is one of that name.
    """
    if not re.fullmatch(r"ps\d+_[a-z0-9_]+", name):
        raise InputError(f"course new: needed a name such as ps0_hello; got {name!r}")
    for folder in ("course", "grader_tests"):
        if (root / folder / name).exists():
            raise InputError(f"course new: needed a new name; {folder}/{name} is there already")
    words = name.split("_", 1)[1].replace("_", " ")
    title = f"Problem set {re.findall(r'[0-9]+', name)[0]}: {words[:1].upper()}{words[1:]}"
    written = []
    for path, text in FILES.items():
        path = path.format(name=name)
        (root / path).parent.mkdir(parents=True, exist_ok=True)
        (root / path).write_text(text.format(name=name, title=title), encoding="utf-8")
        written.append(path)
    return written
