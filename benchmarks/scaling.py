"""How the cost grows: with the size of the images, the size of a batch, the size of a catalogue.

Measures a training step of the flux CNN, and the drawing of a catalogue that is streamed and never
held, and fits ``seconds = a * work ** exponent`` to the larger half of each series, where fixed
costs no longer count. Prints the exponents beside those of a cost proportional to the number of
pixels, and draws ``benchmarks/scaling.png``.
"""

import time
from pathlib import Path

import click
import numpy as np
from tqdm import tqdm

from benchmarks import harness
from galflux_edu import plots, sky
from galflux_edu.models import flux_cnn
from galflux_edu.train import fit

PIXELS, BATCHES = (36, 72, 143, 287), (8, 16, 32, 64, 128, 256, 512)
CATALOGUES = (1_000, 10_000, 100_000, 1_000_000)
BLOCK, STAMP = 2048, 36  # galaxies drawn at a time, and their stamps: a million take minutes
FIGURE = Path(__file__).with_name("scaling.png")


def step_seconds(pixels: int, batch: int, steps: int = 6) -> float:
    """Return the median time of a training step, compilation left out."""
    rng = np.random.default_rng(0)
    images = rng.random((batch, pixels, pixels, 1), np.float32)
    target = rng.random((batch, 1), np.float32)
    ends: list[float] = []
    fit(
        flux_cnn(),
        (images, target),
        batch_size=batch,
        steps=steps,
        callbacks=[lambda event: ends.append(time.perf_counter())],
        progress=False,
    )
    return float(np.median(np.diff(ends[1:])))


def drawing_seconds(number: int) -> float:
    """Return the time to draw a catalogue, block by block, and add up its light."""
    survey = sky.survey("hsc")
    small = survey.with_stamp(STAMP)
    rng = np.random.default_rng(0)
    small.render(survey.draw_galaxies(rng, BLOCK))  # compile
    start = time.perf_counter()
    light = 0.0
    for first in range(0, number, BLOCK):
        galaxies = survey.draw_galaxies(rng, min(BLOCK, number - first))
        light += float(small.render(galaxies).sum(dtype=np.float64))
    return time.perf_counter() - start


def exponent(work: list[int], seconds: list[float]) -> float:
    """Return the slope of log seconds against log work over the larger half."""
    half = len(work) // 2
    return float(np.polyfit(np.log(work[half:]), np.log(seconds[half:]), 1)[0])


@click.command(help=__doc__)
@click.option("--json", "as_json", is_flag=True, help="Print one JSON object on the last line.")
def main(as_json: bool) -> None:
    """Measure, draw and print."""
    series = (
        ("pixels on a side, batch 32", PIXELS, lambda n: step_seconds(n, 32), 2),
        ("images a batch, 143 pixels", BATCHES, lambda n: step_seconds(143, n), 1),
        (f"galaxies drawn, {STAMP} pixels", CATALOGUES, drawing_seconds, 1),
    )
    rows = []
    with plots.theme("light"):
        figure, axes = plots.new_figure(1, 3, (3.6, 3.2))
        for ax, (name, work, measure, expected) in zip(axes, series, strict=True):
            seconds = [measure(n) for n in tqdm(work, desc=name, unit="point")]
            slope = exponent(list(work), seconds)
            ax.loglog(work, seconds, "o-")
            ax.set_xticks(work, [f"{n:,}" for n in work])
            ax.tick_params(axis="x", which="minor", bottom=False, labelbottom=False)
            ax.set(xlabel=name, ylabel="seconds", title=f"work to the power {slope:.2f}")
            rows.append(
                {
                    "case": name,
                    "peer": "proportional-to-the-pixels",
                    "ratio": expected / slope,
                    "ours": slope,
                    "theirs": expected,
                    "unit": "exponent",
                }
            )
        FIGURE.write_bytes(plots.to_png(figure))
    harness.report("scaling", rows, ["galflux", "jax", "numpy"], as_json)


if __name__ == "__main__":
    main()
