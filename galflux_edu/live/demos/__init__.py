"""The demos, one file each: ``PAGE`` is its name, icon and address, ``show`` draws it.

The last one is there where the grader is installed: students' installs do without.
"""

from importlib import import_module
from importlib.util import find_spec

NAMES = ["build_a_galaxy", "watch_it_learn", "one_image_at_a_time", "where_is_the_edge"]
if find_spec(f"{__name__.partition('.')[0]}.grading"):
    NAMES.append("the_autograder_open")
DEMOS = tuple(import_module(f"{__name__}.{name}") for name in NAMES)
