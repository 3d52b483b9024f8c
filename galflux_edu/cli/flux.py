"""The commands that train and use the flux network."""

from pathlib import Path
from typing import Any

import click

from .options import (
    PATH,
    choice_option,
    command_line,
    engine_option,
    json_option,
    print_result,
    seed_option,
)


@click.command()
@click.argument("data", type=PATH)
@click.option("--out", type=PATH, required=True, help="New folder for the run.")
@choice_option("--model", "models", "MODELS", "flux-cnn", "The network.")
@click.option("--epochs", default=10, show_default=True, help="Passes through the images.")
@click.option("--steps", default=0, show_default=True, help="Steps instead of epochs; 0: epochs.")
@click.option("--batch-size", default=32, show_default=True, help="Images a step.")
@click.option("--learning-rate", default=1e-3, show_default=True, help="Of Adam.")
@choice_option(
    "--schedule", "train", "SCHEDULES", "cosine", "Learning rate: down to zero, or as it is."
)
@click.option("--dropout", default=0.2, show_default=True, help="Rate while training.")
@choice_option(
    "--input-scaling", "models", "INPUT_SCALINGS", "asinh", "What is done to the pixels."
)
@click.option(
    "--centre-target/--no-centre-target",
    default=True,
    show_default=True,
    help="Take the mean off log flux while training.",
)
@click.option(
    "--patience", type=click.IntRange(min=1), help="Stop after so many epochs without improvement."
)
@choice_option(
    "--precision",
    "train",
    "PRECISIONS",
    "float32",
    "Of the network's products; bfloat16 is for GPUs.",
)
@click.option("--devices", default=1, show_default=True, help="GPUs that share each batch.")
@seed_option
@engine_option
def train(
    data: Path, out: Path, patience: int | None, engine: str, devices: int, **recipe: Any
) -> None:
    """Train a network to predict log10 flux from the images in the folder DATA.

    60 % of the galaxies are for training, 20 % for validation after every epoch, 20 % for the test
    by `galflux evaluate`. Interrupted? The same command goes on where it stopped.

    \b
      galflux train sky --out runs/first --epochs 5
      galflux train sky --out runs/dead --learning-rate 0.01 --input-scaling raw \\
                        --schedule constant --no-centre-target     (watch it die)
      galflux train sky --out runs/best --model course-best --input-scaling raw --dropout 0
    """
    from ..datasets import open_dataset
    from ..flux import Recipe
    from ..workflows import flux

    history = flux.train(
        open_dataset(data),
        out,
        Recipe(**recipe),
        patience=patience,
        engine=engine,
        devices=devices,
        command=command_line(),
    )
    click.echo(
        f"validation MSE {history.validation_loss[-1]:.3g} dex^2 after {len(history.step_loss):,} "
        f"steps; the model is in {out / 'model.npz'}; next: galflux evaluate {out}"
    )


@click.command()
@click.argument("run", type=PATH)
@click.option("--data", type=PATH, help="Another dataset: all of it is then the test set.")
@engine_option
@json_option
def evaluate(run: Path, data: Path | None, engine: str, as_json: bool) -> None:
    """Evaluate the network in the folder RUN on the test galaxies it has never seen.

    Prints one table: the sum of the pixels, a straight line on the catalogue, the network, and
    the bound that no estimator can beat. Writes RUN/report.html, RUN/figures and
    RUN/metrics.json. Look at the test set once: choosing between networks by it is cheating
    oneself; that is what the validation loss is for.
    """
    from ..workflows import flux

    if (run / "metrics.json").exists():
        click.echo("note: this run was evaluated before; a choice made after that is not blind")
    print_result(flux.evaluate_run(run, data, engine=engine, command=command_line()), as_json)


@click.command()
@click.argument("run", type=PATH)
@click.argument("images", type=PATH, nargs=-1, required=True)
@click.option("--hdu", help="Which part of a FITS file: a number or a name.")
@engine_option
def predict(run: Path, images: tuple[Path, ...], hdu: str | None, engine: str) -> None:
    """Predict the flux of each of IMAGES (PNG or FITS) with the network in the folder RUN.

    Images of another size are cropped or padded with zeros around their centre.
    """
    from ..reports import text_table
    from ..workflows import flux

    table, notes = flux.predict_files(run, images, hdu, engine)
    click.echo(text_table(["image", "pixels", "log10 flux [ADU]", "flux [ADU]"], table))
    for note in notes:
        click.echo(f"note: {note}")


@click.command()
@click.option(
    "--out",
    type=PATH,
    default=Path("runs/quickstart"),
    show_default=True,
    help="Folder for the run; an earlier quickstart there is replaced.",
)
@seed_option
@engine_option
@json_option
def quickstart(out: Path, seed: int, engine: str, as_json: bool) -> None:
    """Run the whole story in two minutes: draw galaxies, train a network, evaluate it.

    Simulates a small hsc survey in memory, trains the flux network for a fixed number of steps,
    looks at the test set once, prints one table and writes OUT/report.html, OUT/figures,
    OUT/metrics.json and OUT/model.npz.
    """
    from ..workflows import flux

    print_result(flux.quickstart(out, seed=seed, engine=engine, command=command_line()), as_json)
