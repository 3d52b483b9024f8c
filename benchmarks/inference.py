"""Predictions of the flux network, against PyTorch and Flax.

``headline``: 143x143 pixels, batch 32, float32, all cores. ``batch 1`` is one galaxy at a time.
"""

from collections.abc import Callable

import click
import numpy as np

from benchmarks import harness, peers
from galflux_edu import models
from galflux_edu.engine import to_engine
from galflux_edu.train import compile_forward


def our_predict(images: np.ndarray, engine: str) -> Callable:
    """Return a function that predicts once with galflux."""
    network = models.flux_cnn()
    params, _ = network.init(np.random.default_rng(0), images.shape[1:])
    params, x = to_engine((params, images), engine)
    forward = compile_forward(network, None, engine)
    return lambda: np.asarray(forward(params, x))


@click.command(help=__doc__)
@click.option("--json", "as_json", is_flag=True, help="Print one JSON object on the last line.")
def main(as_json: bool) -> None:
    """Measure and print."""
    rows = []
    for case, size in (("headline", peers.BATCH), ("batch 1", 1)):
        images, _ = peers.draw_batch(size)
        ours = our_predict(images, "jax")
        others = {
            "pytorch-eager": peers.torch_predict(images),
            "pytorch-compile": peers.torch_predict(images, compiled=True),
            "flax-optax": peers.flax_predict(images),
        }
        rows += [
            harness.row(
                case, peer, harness.rate(ours, size), harness.rate(theirs, size), "images/s"
            )
            for peer, theirs in others.items()
            if peer != "pytorch-compile" or peers.works(theirs)
        ]
    harness.report("inference", rows, ["galflux", "jax", "numpy", "torch", "flax"], as_json)


if __name__ == "__main__":
    main()
