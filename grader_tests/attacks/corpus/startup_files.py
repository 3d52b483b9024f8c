"""Leave start-up files for Python, IPython and Matplotlib, for whoever runs next."""

from ._tools import KEPT, PARAMETERS, RELU, hand_in

EXPECTED = KEPT
STOCK = "unsafe: it would leave files in the home folder"
CODE = """\
import site
from pathlib import Path

for name in (
    ".ipython/profile_default/startup/00-first.py",
    ".config/matplotlib/matplotlibrc",
    ".pdbrc",
    f"{site.getusersitepackages()}/usercustomize.py",
):
    path = Path.home() / name
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text("raise SystemExit(0)")
    except OSError:
        pass
"""


def submission(released):
    return hand_in(released, first=CODE, relu_forward=RELU, count_parameters=PARAMETERS)
