"""The command that draws a survey."""

from pathlib import Path

import click

from ..errors import InputError
from .options import PATH, choice_option, command_line, engine_option, seed_option


@click.command()
@choice_option("--survey", "sky", "SURVEYS", "hsc", "Whose pixels, seeing, noise and galaxies.")
@click.option("--n", "number", type=int, help="Number of galaxies to draw from its ranges.")
@click.option("--catalogue", type=PATH, help="Draw the galaxies of this 17-column CSV instead.")
@click.option("--out", type=PATH, required=True, help="New folder for the dataset.")
@click.option("--sky-sigma-adu", type=float, help="Background noise, instead of the survey's.")
@click.option("--fwhm-arcsec", type=float, help="Seeing, instead of the survey's.")
@click.option("--electrons-per-adu", type=float, help="Gain, instead of the survey's.")
@seed_option
@engine_option
def simulate(
    survey: str,
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
    conditions = sky.survey(survey).with_conditions(
        sky_sigma_adu=sky_sigma_adu, fwhm_arcsec=fwhm_arcsec, electrons_per_adu=electrons_per_adu
    )
    dataset = simulate_survey(
        out,
        conditions,
        number=number or 0,
        catalogue=catalogue,
        seed=seed,
        engine=engine,
        command=command_line(),
    )
    click.echo(f"{len(dataset):,} galaxies in {out} ({conditions.name}: {conditions.assumption})")
    coarse = dataset.count_coarse()
    if coarse:
        click.echo(
            f"in {coarse:,} of them 16 bits are coarser than half the sky sigma: these images "
            "are bright, and their range needs larger steps"
        )
