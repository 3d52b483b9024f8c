"""The command line: ``galflux --help`` is the place to start."""

from importlib import import_module
from importlib.util import find_spec
from pathlib import Path
from typing import Any

import click

from .. import __version__
from ..errors import InputError
from .check import check
from .classify import classify
from .live import live
from .options import PATH, command_line, engine_option, json_option, print_result, seed_option

FOR_TEACHERS = {  # commands that are not in the students' wheel, and their modules
    "course": "course",
    "selftest": "selftest",
    "grade": "grade",
    "grades": "grades",
    "reproduce": "reproduce",
}


class _Teach(click.Group):
    """A group whose commands answer a user's mistake with one sentence and exit code 2."""

    def resolve_command(self, ctx: click.Context, args: list[str]) -> tuple:
        """Say of a teacher's command in a student's install whom it is for."""
        if args[0] in FOR_TEACHERS and self.get_command(ctx, args[0]) is None:
            raise InputError(
                f"galflux: needed the course's repository for `{args[0]}`, which is for those who "
                "teach; got a student's install"
            )
        return super().resolve_command(ctx, args)

    def invoke(self, ctx: click.Context) -> Any:
        try:
            return super().invoke(ctx)
        except InputError as error:
            message = str(error)
        except OSError as error:
            if error.filename is None and error.strerror is None:
                raise
            message = f"{error.filename or 'a file'}: {error.strerror}"
        failure = click.ClickException(message)
        failure.exit_code = 2
        raise failure


@click.group(cls=_Teach, context_settings={"help_option_names": ["-h", "--help"]})
@click.version_option(__version__, prog_name="galflux")
def main() -> None:
    """Measure galaxies with machine learning, everything built from scratch.

    \b
    First steps:
      galflux quickstart                       the whole story in two minutes
      galflux simulate --n 5000 --out sky      draw a survey
      galflux train sky --out runs/first       teach a network to read flux
      galflux evaluate runs/first              how well does it do?
      galflux predict runs/first a.png b.fits  use it
      galflux doctor                           what is installed, what is missing
      galflux check ps4_convolution.ipynb      do your answers pass the visible tests?

    Every command has --help.
    """


@main.command()
@click.option(
    "--survey",
    "survey_name",
    default="hsc",
    show_default=True,
    help="hsc, hsc-noisy, cs109b-v1, cs109b-v2 or cs109b-v3.",
)
@click.option("--n", "number", type=int, help="Number of galaxies to draw from its ranges.")
@click.option("--catalogue", type=PATH, help="Draw the galaxies of this 17-column CSV instead.")
@click.option("--out", type=PATH, required=True, help="New folder for the dataset.")
@click.option("--sky-sigma-adu", type=float, help="Background noise, instead of the survey's.")
@click.option("--fwhm-arcsec", type=float, help="Seeing, instead of the survey's.")
@click.option("--electrons-per-adu", type=float, help="Gain, instead of the survey's.")
@seed_option
@engine_option
def simulate(
    survey_name: str,
    number: int | None,
    catalogue: Path | None,
    out: Path,
    sky_sigma_adu: float | None,
    fwhm_arcsec: float | None,
    electrons_per_adu: float | None,
    seed: int,
    engine: str,
) -> None:
    """Draw galaxies as a survey would see them.

    Writes OUT/catalogue.csv, OUT/images/*.png (16 bit, in ADU by the scale in each file) and
    OUT/survey.json. Give --n for new galaxies or --catalogue for known ones.

    \b
      galflux simulate --n 5000 --out sky
      galflux simulate --survey hsc-noisy --catalogue gal_morph_test.csv --out noisy
    """
    from .. import sky
    from ..datasets.simulate import simulate as simulate_survey

    if (number is None) == (catalogue is None):
        raise InputError("simulate: needed either --n or --catalogue; got both or neither")
    survey = sky.survey(survey_name).with_conditions(
        sky_sigma_adu=sky_sigma_adu, fwhm_arcsec=fwhm_arcsec, electrons_per_adu=electrons_per_adu
    )
    dataset = simulate_survey(
        out,
        survey,
        number=number or 0,
        catalogue=catalogue,
        seed=seed,
        engine=engine,
        command=command_line(),
    )
    click.echo(f"{len(dataset):,} galaxies in {out} ({survey.name}: {survey.assumption})")
    coarse = dataset.count_coarse()
    if coarse:
        click.echo(
            f"in {coarse:,} of them 16 bits are coarser than half the sky sigma: these images "
            "are bright, and their range needs larger steps"
        )


@main.command()
@click.argument("data", type=PATH)
@click.option("--out", type=PATH, required=True, help="New folder for the run.")
@click.option(
    "--model",
    default="flux-cnn",
    show_default=True,
    help="flux-cnn, flux-cnn-plain or course-best.",
)
@click.option("--epochs", default=10, show_default=True, help="Passes through the images.")
@click.option("--steps", default=0, show_default=True, help="Steps instead of epochs; 0: epochs.")
@click.option("--batch-size", default=32, show_default=True, help="Images a step.")
@click.option("--learning-rate", default=1e-3, show_default=True, help="Of Adam.")
@click.option(
    "--schedule",
    type=click.Choice(["cosine", "constant"]),
    default="cosine",
    show_default=True,
    help="Learning rate: down to zero, or as it is.",
)
@click.option("--dropout", default=0.2, show_default=True, help="Rate while training.")
@click.option(
    "--input-scaling",
    type=click.Choice(["asinh", "raw", "max"]),
    default="asinh",
    show_default=True,
    help="What is done to the pixels.",
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
@click.option(
    "--precision",
    type=click.Choice(["float32", "bfloat16"]),
    default="float32",
    show_default=True,
    help="Of the network's products; bfloat16 is for GPUs.",
)
@click.option("--devices", default=1, show_default=True, help="GPUs that share each batch.")
@seed_option
@engine_option
def train(
    data: Path, out: Path, patience: int | None, engine: str, devices: int, **recipe: Any
) -> None:
    """Teach a network to read log10 flux from the pictures in the folder DATA.

    60 % of the galaxies teach, 20 % validate after every epoch, 20 % are left for
    `galflux evaluate`. Interrupted? The same command goes on where it stopped.

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


@main.command()
@click.argument("run", type=PATH)
@click.option("--data", type=PATH, help="Another dataset: all of it is then the test set.")
@engine_option
@json_option
def evaluate(run: Path, data: Path | None, engine: str, as_json: bool) -> None:
    """Hold the network of the folder RUN against the test galaxies it has never seen.

    Prints one table: the sum of the pixels, a straight line on the catalogue, the network, and
    the bound that no estimator can beat. Writes RUN/report.html, RUN/figures and
    RUN/metrics.json. Look at the test set once: choosing between networks by it is cheating
    oneself, that is what the validation loss is for.
    """
    from ..workflows import flux

    if (run / "metrics.json").exists():
        click.echo("note: this run was evaluated before; a choice made after that is not blind")
    print_result(flux.evaluate_run(run, data, engine=engine, command=command_line()), as_json)


@main.command()
@click.argument("run", type=PATH)
@click.argument("images", type=PATH, nargs=-1, required=True)
@click.option("--hdu", help="Which part of a FITS file: a number or a name.")
@engine_option
def predict(run: Path, images: tuple[Path, ...], hdu: str | None, engine: str) -> None:
    """Say what flux the network of the folder RUN reads from each of IMAGES (PNG or FITS).

    Images of another size are cropped or padded with zeros around their centre.
    """
    from ..reports import text_table
    from ..workflows import flux

    table, notes = flux.predict_files(run, images, hdu, engine)
    click.echo(text_table(["image", "pixels", "log10 flux [ADU]", "flux [ADU]"], table))
    for note in notes:
        click.echo(f"note: {note}")


@main.command()
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
    """See the whole story in two minutes: draw galaxies, train a network, evaluate it.

    Simulates a small hsc survey in memory, trains the flux network for a fixed number of steps,
    looks at the test set once, prints one table and writes OUT/report.html, OUT/figures,
    OUT/metrics.json and OUT/model.npz.
    """
    from ..workflows import flux

    print_result(flux.quickstart(out, seed=seed, engine=engine, command=command_line()), as_json)


@main.command()
def doctor() -> None:
    """Say which versions and devices are here, what is missing, and how to get it."""
    from .doctor import examine

    for line in examine():
        click.echo(line)


for command in (check, classify, live):
    main.add_command(command)
for name, module in FOR_TEACHERS.items():
    if find_spec(f"{__package__}.{module}"):
        main.add_command(getattr(import_module(f".{module}", __package__), name))


if __name__ == "__main__":
    main()
