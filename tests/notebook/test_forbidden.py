"""What a set forbids, and an answer names all the same, is shown to a person."""

import nbformat
import pytest

from galflux_edu.notebook.forbidden import forbidden_names


def _own(*sources):
    cells = [nbformat.v4.new_code_cell(source, id=f"own-{i}") for i, source in enumerate(sources)]
    return nbformat.v4.new_notebook(cells=cells)


@pytest.mark.parametrize(
    ("sources", "named"),
    [
        (["import scipy.signal"], {"own-0": "`scipy.signal`"}),
        (["from scipy import signal"], {"own-0": "`scipy.signal`"}),
        (["from scipy.signal import *"], {"own-0": "`scipy.signal.*`"}),
        (["import jax as j", "dx = j.grad(f)"], {"own-1": "`jax.grad`"}),
        (["import jax", "%matplotlib inline\njax.lax.conv(x)"], {"own-1": "`jax.lax.conv`"}),
        (["from jax import lax", "lax.conv(x)"], {"own-0": "`jax.lax`", "own-1": "`jax.lax.conv`"}),
        (["import jax.numpy as jnp", "jnp.gradient(x)"], {}),
        (["gradients = scipyish.grad", "def broken("], {}),
        (["# scipy.signal", "'jax.grad'"], {}),
    ],
)
def test_what_a_set_forbids_is_shown_to_a_person(sources, named):
    found = forbidden_names(_own(*sources), ("scipy", "jax.grad", "jax.lax"))
    assert found == [f"`{i}` names {what}, which answers may not use." for i, what in named.items()]


def test_a_students_odd_escapes_warn_nobody(recwarn):
    assert forbidden_names(_own("x = '\\d'"), ("scipy",)) == []
    assert not recwarn


def test_locked_cells_may_use_what_they_like():
    notebook = _own("import scipy")
    notebook.cells[0].metadata["nbgrader"] = {"locked": True}
    assert forbidden_names(notebook, ("scipy",)) == []


def test_a_very_long_chain_of_names_is_no_problem():
    assert forbidden_names(_own("import jax\nx = jax" + ".a" * 2000), ("jax.grad",)) == []
