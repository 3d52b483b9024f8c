"""A convolutional network learns to measure flux, in half a minute; then its galaxies move.

In a terminal: ``python course/ps4_convolution/demo.py``. In a notebook: ``%run demo.py``, and one
picture is redrawn while it learns.
"""

import click
import numpy as np

from galflux_edu import models, nn
from galflux_edu.datasets.simulate import simulate_in_memory
from galflux_edu.live import TrainingView
from galflux_edu.metrics import scatter
from galflux_edu.sky import survey
from galflux_edu.train import fit, predict

GALAXIES, UNSEEN, PIXELS = 2304, 256, 64
SHIFTS = (0, 4, 8, 12, 16)  # pixels

BEFORE = """\
{seen:,} galaxies of 64 x 64 pixels, and one number to read off each: the log10 of its flux.
The convolutions have {convolutions:,} parameters, the two dense layers behind them {dense:,}.
Watch the error fall. It is measured on {unseen} galaxies that the network never learns from.
"""
AFTER = """
The network is typically {error:.3f} dex off, which is {percent:.0%} of the flux. Now move each galaxy
to the right. Its shape and its light stay; what leaves on one side comes back on the other:

  pixels   typical error [dex]"""
QUESTION = """
A convolution is equivariant: move the galaxy, and its features move along. So which layer fails?

Look at what reads the features. The dense layer has a weight for each feature *in each place*,
and its training galaxies were all in the middle. What would you change: the data, or the network?
Either helps, and one of the two needs far fewer parameters.
"""


def examples() -> tuple[np.ndarray, np.ndarray]:
    """Draw galaxies; return stretched images (N, H, W, 1) and log10 of their fluxes (N, 1)."""
    sky = survey("hsc").with_stamp(PIXELS)
    data = simulate_in_memory(sky, GALAXIES, seed=4, progress=False)
    images = models.asinh_stretch(data.images(np.arange(GALAXIES))[..., None])
    return images, data.catalogue["log_total_flux"].to_numpy(np.float32)[:, None]


@click.command(help=__doc__)
@click.option("--steps", default=400, show_default=True, help="Batches of 32 to learn from.")
def main(steps: int) -> None:
    """Train, then move the galaxies."""
    images, log_flux = examples()
    unseen = images[:UNSEEN], log_flux[:UNSEEN]
    seen = images[UNSEEN:], log_flux[UNSEEN:]

    network = models.flux_cnn(dropout=0.0)
    params, _ = network.init(np.random.default_rng(0), images.shape[1:])
    *features, hidden, last = params
    params[last]["bias"] += seen[1].mean()  # it begins with the mean; the differences it must learn
    parts = {"convolutions": features, "dense": [hidden, last]}
    counts = {
        part: sum(nn.count_parameters(params[layer]) for layer in layers)
        for part, layers in parts.items()
    }
    print(BEFORE.format(seen=len(seen[0]), unseen=UNSEEN, **counts))

    view = TrainingView(network, unseen, loss_label="mean squared error [dex²]")
    learnt = fit(
        network, seen, unseen, steps=steps, params=params, callbacks=[view], progress=False
    )
    view.close()

    errors = {}
    for shift in SHIFTS:
        moved = np.roll(unseen[0], shift, axis=2)
        errors[shift] = scatter(predict(network, learnt.params, moved)[:, 0], unseen[1][:, 0])
    print(AFTER.format(error=errors[0], percent=10 ** errors[0] - 1))
    for shift, error in errors.items():
        print(f"  {shift:6d}   {error:19.3f}")
    print(QUESTION)


if __name__ == "__main__":
    main()
