"""One epoch of the flux network from 16-bit images on disk, against PyTorch with a DataLoader.

``headline``: 512 images of 143x143 pixels, batch 32, all cores: read, shuffled, stretched,
learnt. Both read the same mapped file.
"""

import tempfile
from collections.abc import Callable
from functools import partial
from pathlib import Path

import click
import numpy as np

from benchmarks import harness, peers
from galflux_edu import models
from galflux_edu.flux import prepare
from galflux_edu.train import fit

IMAGES = 512


def our_epoch(counts: np.ndarray, targets: np.ndarray) -> Callable[[], object]:
    """Return a function that trains for one epoch with galflux."""
    ones = np.ones(len(counts), np.float32)
    inputs = {"counts": counts, "offset": 0 * ones, "step": ones}
    network, scale = models.flux_cnn(), partial(prepare, scaling="asinh")
    return lambda: fit(network, (inputs, targets), prepare=scale, epochs=1, progress=False)


def torch_epoch(counts: np.ndarray, targets: np.ndarray) -> Callable[[], object]:
    """Return a function that trains for one epoch with PyTorch."""
    import torch

    network = peers.torch_network()
    optimiser = torch.optim.Adam(network.parameters(), peers.RATE)

    class Images(torch.utils.data.Dataset):
        def __len__(self) -> int:
            return len(counts)

        def __getitem__(self, row: int):
            image = counts[row].astype(np.float32) / models.ASINH_SOFTENING_ADU
            return torch.asinh(torch.from_numpy(image))[None], targets[row]

    loader = torch.utils.data.DataLoader(Images(), peers.BATCH, shuffle=True)

    def epoch() -> None:
        for x, y in loader:
            optimiser.zero_grad()
            torch.nn.functional.mse_loss(network(x), y).backward()
            optimiser.step()

    return epoch


@click.command(help=__doc__)
@click.option("--json", "as_json", is_flag=True, help="Print one JSON object on the last line.")
def main(as_json: bool) -> None:
    """Measure and print."""
    rng = np.random.default_rng(0)
    targets = rng.standard_normal((IMAGES, 1), dtype=np.float32)
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "counts.npy"
        np.save(path, rng.integers(0, 65536, (IMAGES, peers.PIXELS, peers.PIXELS), np.uint16))
        counts = np.load(path, mmap_mode="r")
        ours, theirs = our_epoch(counts, targets), torch_epoch(counts, targets)
        ours()  # compile
        rates = [lambda f=f: IMAGES / harness.seconds(f) for f in (ours, theirs)]
        rows = [harness.row("headline", "pytorch-eager", *rates, "images/s")]
    harness.report("epoch", rows, ["galflux", "jax", "numpy", "torch"], as_json)


if __name__ == "__main__":
    main()
