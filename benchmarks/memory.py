"""Memory of training on 30,000 images that stay on disk, against 2 GiB.

Anonymous memory is what a process has made itself; the pages of a mapped file, which the system
may drop at any time, do not count. The number is the highest seen after a step.
"""

import tempfile
from functools import partial
from pathlib import Path

import click
import numpy as np

from benchmarks import harness, peers
from galflux_edu import models
from galflux_edu.flux import prepare
from galflux_edu.train import fit

IMAGES, STEPS, LIMIT_MIB = 30_000, 100, 2048


def anonymous_mib() -> float:
    """Return the anonymous memory of this process (Linux), in MiB."""
    status = Path("/proc/self/status").read_text(encoding="utf-8")
    line = next(line for line in status.splitlines() if line.startswith("RssAnon:"))
    return int(line.split()[1]) / 1024


def map_counts(path: Path) -> np.ndarray:
    """Write random 16-bit images to a file, a part at a time, and map it."""
    shape, rng = (IMAGES, peers.PIXELS, peers.PIXELS), np.random.default_rng(0)
    counts = np.lib.format.open_memmap(path, "w+", np.uint16, shape)
    for start in range(0, IMAGES, 1000):
        counts[start : start + 1000] = rng.integers(0, 65536, (1000, *shape[1:]), np.uint16)
    return np.load(path, mmap_mode="r")


@click.command(help=__doc__)
@click.option("--json", "as_json", is_flag=True, help="Print one JSON object on the last line.")
def main(as_json: bool) -> None:
    """Measure and print."""
    seen = []
    with tempfile.TemporaryDirectory() as folder:
        ones = np.ones(IMAGES, np.float32)
        counts = map_counts(Path(folder) / "counts.npy")
        fit(
            models.flux_cnn(),
            ({"counts": counts, "offset": 0 * ones, "step": ones}, ones[:, None]),
            prepare=partial(prepare, scaling="asinh"),
            steps=STEPS,
            callbacks=[lambda event: seen.append(anonymous_mib())],
            progress=not as_json,
        )
    row = {"case": "headline", "peer": "limit", "ours": max(seen), "theirs": LIMIT_MIB}
    rows = [row | {"ratio": LIMIT_MIB / max(seen), "unit": "MiB"}]
    harness.report("memory", rows, ["galflux", "jax", "numpy"], as_json)


if __name__ == "__main__":
    main()
