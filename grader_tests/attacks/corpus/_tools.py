"""Make a hostile notebook out of the released one."""

import copy
import json
import re
from collections.abc import Callable

Notebook = dict

SET = "ps4_convolution"  # the problem set that is attacked

# Right answers, where it has to be shown that a hostile neighbour does not cost their points.
RELU = "def relu_forward(x):\n    return np.maximum(x, 0)"
PARAMETERS = (
    "def count_parameters(height, width):\n"
    "    return 120, 2616, (height // 4 * (width // 4) * 24 + 1) * 64, 65"
)
KEPT = {"relu_forward": 3.0, "count_parameters": 4.0}  # what the two bring


def hand_in(
    released: Notebook, first: str = "", last: str = "", every: str = "", **answers: str
) -> bytes:
    """Return the released notebook, worked on, as a file.

    Parameters
    ----------
    released
        The notebook that students get, as JSON.
    first, last
        The source of a code cell in front of all others and behind them.
    every
        The name of one function that is given in answer to every question.
    answers
        The source of the answer to a question, by the grade_id of its test.
    """
    notebook = copy.deepcopy(released)
    for cell in notebook["cells"]:
        if not cell["id"].endswith("_code"):
            continue
        grade_id = cell["id"].removesuffix("_code")
        names = re.findall(r"^def (\w+)", source(cell), re.MULTILINE)
        if grade_id in answers:
            cell["source"] = answers[grade_id]
        elif every:
            cell["source"] = "\n".join(f"{name} = {every}" for name in names)
    if first:
        notebook["cells"].insert(0, code(first, "first"))
    if last:
        notebook["cells"].append(code(last, "last"))
    return dumps(notebook)


def edited(content: bytes, edit: Callable[[Notebook], None]) -> bytes:
    """Return the notebook in `content` after `edit` has changed it in place."""
    notebook = json.loads(content)
    edit(notebook)
    return dumps(notebook)


def code(text: str, name: str) -> Notebook:
    """Return a code cell called `name`."""
    return {
        "cell_type": "code",
        "execution_count": None,
        "id": name,
        "metadata": {},
        "outputs": [],
        "source": text,
    }


def find(notebook: Notebook, grade_id: str) -> Notebook:
    """Return the cell that nbgrader knows as `grade_id`."""
    return next(cell for cell in notebook["cells"] if cell["id"] == grade_id)


def tests(notebook: Notebook) -> list[Notebook]:
    """Return the autograded cells."""
    return [
        cell
        for cell in notebook["cells"]
        if cell["cell_type"] == "code" and cell["metadata"].get("nbgrader", {}).get("grade")
    ]


def source(cell: Notebook) -> str:
    """Return the text of a cell; files hold it as a list of lines."""
    return "".join(cell["source"])


def dumps(notebook: Notebook) -> bytes:
    """Return the notebook as the bytes of a file."""
    return json.dumps(notebook).encode()
