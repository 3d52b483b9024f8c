"""The command that reproduces a published project."""

from pathlib import Path

import click

from .options import PATH, command_line, engine_option, json_option, print_result, seed_option


@click.command()
@click.argument("project", type=click.Choice(["phys378"]))
@click.option(
    "--scale",
    default="small",
    show_default=True,
    metavar="[small|full]",
    help="small: about 20 minutes on two cores. full: two hours and a half, 3 GB on disk.",
)
@click.option(
    "--out",
    type=PATH,
    help="Folder for the run; by default runs/PROJECT. A finished stage there is kept.",
)
@click.option(
    "--catalogue",
    type=PATH,
    help="Test on the galaxies of this 17-column CSV instead of generated ones.",
)
@seed_option
@engine_option
@json_option
def reproduce(
    project: str,
    scale: str,
    out: Path | None,
    catalogue: Path | None,
    seed: int,
    engine: str,
    as_json: bool,
) -> None:
    """Set a published project and ours side by side: its protocol, and an honest one.

    PROJECT is phys378, "Predicting Galaxy Flux with Machine Learning". Trains what it trained, on
    simulated galaxies, as it did; then the same network with a validation split and a test set
    that is touched once; then under noisier skies, and with one thing changed at a time. Writes
    OUT/SCALE/report.html, OUT/SCALE/metrics.json and OUT/SCALE/figures.

    Interrupted? The same command goes on where it stopped. OUT/SCALE/images can be deleted when
    it is done.

    \b
      galflux reproduce phys378
      galflux reproduce phys378 --scale full --catalogue gal_morph_test.csv
    """
    from ..workflows import phys378

    result = phys378.reproduce(
        out or Path("runs") / project,
        scale,
        seed=seed,
        catalogue=catalogue,
        engine=engine,
        command=command_line(),
        say=click.echo,
    )
    print_result(result, as_json)
