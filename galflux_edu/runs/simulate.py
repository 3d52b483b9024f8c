"""Draw a survey: into a dataset folder, or into memory."""

from collections.abc import Iterator, Mapping
from dataclasses import asdict, replace
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
from tqdm import tqdm

from .. import __version__, sky
from ..datasets import Dataset, generate_catalogue, quantise, read_catalogue, write_dataset
from ..errors import InputError

BATCH = 256


def survey_facts(survey: sky.Survey) -> dict[str, Any]:
    """Return what ``survey.json`` says of a survey."""
    return {
        "survey": survey.name,
        "pixel_scale_arcsec": survey.pixel_scale_arcsec,
        "stamp_pixels": survey.stamp_pixels,
        "psf": {"profile": type(survey.psf).__name__, **asdict(survey.psf)},
        "sky_sigma_adu": survey.sky_sigma_adu,
        "electrons_per_adu": survey.electrons_per_adu,
        "zero_point": survey.zero_point,
        "assumption": survey.assumption,
    }


def survey_from_facts(facts: Mapping[str, Any]) -> sky.Survey | None:
    """Return the survey that `survey_facts` described, or None where there is none."""
    if facts.get("survey") not in sky.SURVEYS:
        return None
    own = ("pixel_scale_arcsec", "stamp_pixels", "sky_sigma_adu", "electrons_per_adu", "assumption")
    try:
        psf = dict(facts["psf"])
        profile = {"Moffat": sky.Moffat, "Gaussian": sky.Gaussian}[psf.pop("profile")]
        return replace(
            sky.survey(facts["survey"]),
            psf=profile(**psf),
            **{name: facts[name] for name in own},
        )
    except (KeyError, TypeError, ValueError) as error:
        raise InputError(
            f"survey.json: needed the facts that galflux simulate writes; got a fault at {error}"
        ) from error


def _observe(
    survey: sky.Survey, catalogue: pd.DataFrame, seed: int, engine: str
) -> Iterator[np.ndarray]:
    """Yield the noisy stamps of a catalogue, a batch at a time."""
    for start in range(0, len(catalogue), BATCH):
        part = catalogue.iloc[start : start + BATCH]
        yield survey.observe(part, seed, first=start, engine=engine)


def simulate(
    out: Path,
    survey: sky.Survey,
    *,
    number: int = 0,
    catalogue: Path | None = None,
    seed: int = 0,
    engine: str = "jax",
    command: str = "",
    progress: bool = True,
) -> Dataset:
    """Draw a survey into a new dataset folder: a given catalogue, or `number` new galaxies."""
    table = (
        generate_catalogue(survey, number, np.random.default_rng(seed))
        if catalogue is None
        else read_catalogue(catalogue)
    )
    facts = survey_facts(survey) | {
        "simulated": True,
        "seed": seed,
        "command": command,
        "galflux_version": __version__,
    }
    return write_dataset(out, table, _observe(survey, table, seed, engine), facts, progress)


def simulate_in_memory(
    survey: sky.Survey, number: int, seed: int, engine: str = "jax", progress: bool = True
) -> Dataset:
    """Draw a small survey without writing it; 16-bit counts as in a dataset on disk."""
    catalogue = generate_catalogue(survey, number, np.random.default_rng(seed))
    sigma = sky.sky_sigma(catalogue, survey)
    blocks = []
    with tqdm(total=number, desc="drawing galaxies", unit="image", disable=not progress) as bar:
        for images in _observe(survey, catalogue, seed, engine):
            blocks.append(quantise(images, sigma[bar.n : bar.n + len(images)]))
            bar.update(len(images))
    counts, offset, step = (np.concatenate(parts) for parts in zip(*blocks, strict=True))
    facts = survey_facts(survey) | {"simulated": True, "seed": seed}
    return Dataset(Path("memory"), catalogue, counts, offset, step, facts, 0)
