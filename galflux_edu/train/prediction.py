"""Predict with a trained network: batch by batch, without dropout."""

import numpy as np
from tqdm import tqdm

from ..engine import Tree, to_engine, to_numpy
from ..nn.layer import Layer
from .batches import Prepare, Rowwise, batches_in_order, count_examples, prefetch
from .step import compile_forward, floating_type


def predict(
    model: Layer,
    params: Tree,
    inputs: Rowwise,
    *,
    prepare: Prepare = None,
    batch_size: int = 256,
    engine: str = "jax",
    progress: bool = False,
) -> np.ndarray:
    """Return the network's output for each example, computed batch by batch, without dropout.

    Parameters
    ----------
    model, params
        The network and its trained parameters.
    inputs
        An array with one example a row, or a dict of such arrays.
    prepare
        What `fit` was given.
    batch_size
        Examples computed at a time.
    engine
        ``"jax"`` or ``"numpy"``.
    progress
        Show a progress bar.

    Returns
    -------
    array (N, ...), of the floating type of `params`

    Raises
    ------
    InputError
        If there are no inputs, or they differ in length.

    Examples
    --------
    >>> from galflux_edu.nn import Dense
    >>> double = {"weight": np.array([[2.0]]), "bias": np.array([0.0])}
    >>> predict(Dense(1), double, np.array([[1.0], [3.0]]), engine="numpy").tolist()
    [[2.0], [6.0]]
    """
    count = count_examples("predict", inputs)
    params = to_engine(params, engine)
    dtype = floating_type(params)
    forward = compile_forward(model, prepare, engine)
    parts = batches_in_order(count, batch_size)
    bar = tqdm(parts, desc="predict", unit="batch", disable=not progress)
    return np.concatenate(
        [to_numpy(forward(params, x)) for (x,) in prefetch(bar, (inputs,), engine, dtype)]
    )
