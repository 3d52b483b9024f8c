"""The command that tells the shapes of galaxies apart."""

from dataclasses import replace
from pathlib import Path

import click

from .options import PATH, command_line, engine_option, json_option, print_result, seed_option


@click.command()
@click.argument("data", type=PATH, required=False)
@click.option(
    "--out",
    type=PATH,
    default=Path("runs/classify"),
    show_default=True,
    help="Folder for the run; an earlier one there is replaced.",
)
@click.option("--n", "number", default=10_000, show_default=True, help="Galaxies to simulate.")
@click.option("--steps", default=200_000, show_default=True, help="Training steps.")
@click.option("--batch-size", default=1, show_default=True, help="Pictures a step.")
@click.option("--learning-rate", default=1e-3, show_default=True, help="Of plain SGD.")
@seed_option
@engine_option
@json_option
def classify(
    data: Path | None,
    out: Path,
    number: int,
    steps: int,
    batch_size: int,
    learning_rate: float,
    seed: int,
    engine: str,
    as_json: bool,
) -> None:
    """Tell five shapes of galaxies apart with a network of 476,705 parameters, in a minute.

    The network and the way it learns are those of Lecture 7 of Introduction to Computational
    Physics (University of Illinois): 100 hidden units, and plain SGD that looks at one random
    picture a step. Beside it learns a linear model. Give the lecture's own pictures, DATA =
    dataG.pkl.gz, or none: then they are simulated after five classes of Galaxy10.

    Writes OUT/report.html, OUT/metrics.json and the networks.

    \b
      galflux classify
      galflux classify dataG.pkl.gz --out runs/lecture7
    """
    from ..workflows.galaxy10.classify import LECTURE_7
    from ..workflows.galaxy10.classify import classify as classify_galaxies

    settings = replace(
        LECTURE_7, steps=steps, batch_size=batch_size, learning_rate=learning_rate, seed=seed
    )
    report = classify_galaxies(
        out, data, galaxies=number, settings=settings, engine=engine, command=command_line()
    )
    print_result(report, as_json)
