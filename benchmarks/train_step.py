"""One training step of the flux network, against PyTorch and against Flax with Optax.

``headline``: 143x143 pixels, batch 32, float32, Adam, dropout, all cores. ``numpy-engine`` is the
same network on the engine that one reads and debugs; ``plain`` the network before its blocks were
fused.
"""

from collections.abc import Callable

import click
import numpy as np

from benchmarks import harness, peers
from galflux_edu import models
from galflux_edu.engine import random_key, to_engine
from galflux_edu.losses import mse
from galflux_edu.optim import Adam
from galflux_edu.train import compile_update


def our_step(images: np.ndarray, targets: np.ndarray, model: str, engine: str) -> Callable:
    """Return a function that takes one training step with galflux."""
    network, optimiser = models.build(model, peers.DROPOUT), Adam(peers.RATE)
    params, _ = network.init(np.random.default_rng(0), images.shape[1:])
    params, x, y = to_engine((params, images, targets), engine)
    update = compile_update(network, mse, optimiser, None, engine)
    now, key = [params, optimiser.init(params)], random_key(0, engine)

    def step() -> float:
        *now[:], value = update(*now, x, y, key)
        return float(value)

    return step


@click.command(help=__doc__)
@click.option("--json", "as_json", is_flag=True, help="Print one JSON object on the last line.")
def main(as_json: bool) -> None:
    """Measure and print."""
    batch = peers.draw_batch()
    ours, theirs = our_step(*batch, "flux-cnn", "jax"), peers.torch_step(*batch)
    cases = [
        ("headline", "pytorch-eager", ours, theirs),
        ("headline", "flax-optax", ours, peers.flax_step(*batch)),
        ("plain", "pytorch-eager", our_step(*batch, "flux-cnn-plain", "jax"), theirs),
        ("numpy-engine", "pytorch-eager", our_step(*batch, "flux-cnn", "numpy"), theirs),
    ]
    compiled = peers.torch_step(*batch, compiled=True)
    if peers.works(compiled):
        cases.insert(1, ("headline", "pytorch-compile", ours, compiled))
    rows = [
        harness.row(
            case, peer, harness.rate(a, peers.BATCH), harness.rate(b, peers.BATCH), "images/s"
        )
        for case, peer, a, b in cases
    ]
    packages = ["galflux", "jax", "numpy", "torch", "flax", "optax"]
    harness.report("train_step", rows, packages, as_json)


if __name__ == "__main__":
    main()
