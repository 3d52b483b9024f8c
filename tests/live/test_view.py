"""`TrainingView` in a terminal and in a notebook, and the tables behind the charts."""

import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest

from galflux_edu.live import TrainingView
from galflux_edu.live.charts import confusion_data, loss_data, methods_data, residual_data, thinned
from galflux_edu.nn import Dense
from galflux_edu.train import fit

COURSE = Path(__file__).resolve().parents[2] / "course"
X = np.linspace(-1, 1, 64)[:, None]
IN_A_NOTEBOOK = """
import numpy as np
from galflux_edu.live import TrainingView
from galflux_edu.nn import Dense
from galflux_edu.train import fit
x = np.linspace(-1, 1, 64)[:, None]
view = TrainingView(Dense(1), (x, 3 * x))
fit(Dense(1), (x, 3 * x), steps=3, progress=False, callbacks=[view.draw], engine="numpy")
assert view.redrawn == 3
"""


def test_a_terminal_gets_a_bar(capsys):
    view = TrainingView(seconds=0)
    result = fit(
        Dense(1), (X, 3 * X), (X, 3 * X), epochs=2, progress=False, callbacks=[view],
        engine="numpy",
    )  # fmt: skip
    assert view.redrawn == 4
    view.close()
    shown = capsys.readouterr().err
    assert "train: 4step" in shown
    assert f"validation={result.history.validation_loss[-1]:.3g}" in shown


def test_the_end_is_always_drawn(capsys):
    view = TrainingView(seconds=1000)
    fit(Dense(1), (X, 3 * X), steps=3, progress=False, callbacks=[view], engine="numpy")
    assert view.redrawn == 1
    view.close()
    assert view.redrawn == 2
    assert "train: 3step" in capsys.readouterr().err


def run_cell(code: str, folder: Path) -> list:
    """Return what a cell of a notebook in `folder` shows."""
    import nbclient
    import nbformat

    notebook = nbformat.v4.new_notebook(cells=[nbformat.v4.new_code_cell(code)])
    resources = {"metadata": {"path": str(folder)}}
    client = nbclient.NotebookClient(
        notebook, kernel_name="python3", timeout=300, resources=resources
    )
    client.execute()
    return notebook.cells[0].outputs


def pictures(outputs: list) -> list:
    return [list(o.data) for o in outputs if o.output_type == "display_data"]


def test_a_notebook_gets_one_picture_that_is_redrawn(tmp_path):
    assert pictures(run_cell(IN_A_NOTEBOOK, tmp_path)) == [["image/png", "text/plain"]]


DEMOS = sorted(COURSE.glob("ps*/demo.py"))


@pytest.mark.parametrize("demo", DEMOS, ids=lambda path: path.parent.name)
def test_demos_of_the_course_run_in_a_notebook(demo):
    outputs = run_cell("%run demo.py --steps 3", demo.parent)
    assert pictures(outputs) == [["image/png", "text/plain"]]
    assert "Watch" in outputs[0].text


@pytest.mark.parametrize("demo", DEMOS, ids=lambda path: path.parent.name)
def test_demos_of_the_course_run_in_a_terminal(demo):
    command = [sys.executable, str(demo), "--steps", "3"]
    done = subprocess.run(command, capture_output=True, text=True, timeout=300)
    assert done.returncode == 0, done.stderr
    assert "train: 3step" in done.stderr


def test_thinning_keeps_the_mean():
    values = np.random.default_rng(0).normal(size=1000)
    steps, means = thinned(values.tolist(), most=100)
    assert len(steps) == 100
    np.testing.assert_allclose(means, values.reshape(100, 10).mean(axis=1))
    np.testing.assert_allclose(steps, np.arange(5.5, 1000, 10))
    assert [list(each) for each in thinned([7.0, 8.0])] == [[1.0, 2.0], [7.0, 8.0]]
    assert [len(each) for each in thinned([])] == [0, 0]


def test_what_has_no_logarithm_is_left_out():
    table = loss_data([1.0, np.inf, 0.5], [(0, 2.0), (3, 0.0)], {"baseline": 0.1})
    counts = table["kind"].value_counts().to_dict()
    assert counts == {"training, each batch": 2, "validation": 1, "baseline": 2}


def test_the_end_bins_hold_everything_beyond():
    table = residual_data(np.zeros(4), np.array([-9.0, 0.0, 0.0, 9.0]))
    assert table["galaxies"].iloc[[0, 20, -1]].tolist() == [1, 2, 1]


def test_the_confusion_table_counts_each_pair():
    table = confusion_data(np.array([0, 0, 1]), np.array([0, 1, 1]), ["a", "b"])
    assert table["galaxies"].tolist() == [1, 1, 0, 1]
    assert table["share"].tolist() == [0.5, 0.5, 0.0, 1.0]


def test_errors_of_methods_are_in_per_cent():
    table = methods_data({"sum": np.array([110.0, 90.0])}, 100.0)
    assert table["error"].round(9).tolist() == [-10.0, 10.0]
    assert table["kind"].tolist() == ["other noise", "this picture"]
