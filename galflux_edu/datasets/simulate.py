"""Draw a survey: into a dataset folder, into memory, or as bare pixels onto the disk."""

import hashlib
import json
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import asdict, replace
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
from tqdm import tqdm

from .. import __version__, sky
from ..engine import fold_in, normal, random_key
from ..errors import InputError
from ..files import new_folder
from . import Dataset, generate_catalogue, quantise, read_catalogue, write_dataset
from .cache import Block, fill, load

BATCH = 256
RENDERER_VERSION = 1  # raise it when the same galaxies, survey and seed come to give other pixels


def survey_metadata(survey: sky.Survey) -> dict[str, Any]:
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


def survey_from_metadata(metadata: Mapping[str, Any]) -> sky.Survey | None:
    """Return the survey that `survey_metadata` described, or None where there is none."""
    if metadata.get("survey") not in sky.SURVEYS:
        return None
    own = ("pixel_scale_arcsec", "stamp_pixels", "sky_sigma_adu", "electrons_per_adu", "assumption")
    try:
        psf = dict(metadata["psf"])
        profile = {"Moffat": sky.Moffat, "Gaussian": sky.Gaussian}[psf.pop("profile")]
        return replace(
            sky.survey(metadata["survey"]),
            psf=profile(**psf),
            **{name: metadata[name] for name in own},
        )
    except (KeyError, TypeError, ValueError) as error:
        raise InputError(
            f"survey.json: needed the metadata that galflux simulate writes; got a fault at {error}"
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
    metadata = survey_metadata(survey) | {
        "simulated": True,
        "seed": seed,
        "command": command,
        "galflux_version": __version__,
    }
    return write_dataset(out, table, _observe(survey, table, seed, engine), metadata, progress)


def simulate_in_memory(
    survey: sky.Survey, number: int, seed: int, engine: str = "jax", progress: bool = True
) -> Dataset:
    """Draw a small survey without writing it; 16-bit counts as in a dataset on disk."""
    catalogue = generate_catalogue(survey, number, np.random.default_rng(seed))
    drawn = _observe(survey, catalogue, seed, engine)
    blocks = _count(drawn, sky.sky_sigma(catalogue, survey), "drawing galaxies", progress)
    counts, offset, step = (np.concatenate(parts) for parts in zip(*blocks, strict=True))
    metadata = survey_metadata(survey) | {"simulated": True, "seed": seed}
    return Dataset(Path("memory"), catalogue, counts, offset, step, metadata, 0)


def simulate_to_memmap(
    folder: Path,
    survey: sky.Survey,
    catalogue: pd.DataFrame,
    seed: int,
    engine: str = "jax",
    progress: bool = True,
) -> Dataset:
    """Draw a catalogue as 16-bit counts in one file, mapped from disk; open it where it is there.

    Without image files, a large survey takes a third of the time. What was drawn with anything
    else (galaxies, conditions, seed, way of drawing) is drawn again.
    """
    metadata = survey_metadata(survey) | {"simulated": True, "seed": seed}
    sigma = sky.sky_sigma(catalogue, survey)
    drawn = _observe(survey, catalogue, seed, engine)
    blocks = _count(drawn, sigma, "drawing galaxies", progress)
    return _mapped(folder, catalogue, metadata, blocks)


def add_sky_noise(
    folder: Path,
    dataset: Dataset,
    rows: np.ndarray,
    sky_sigma_adu: float,
    seed: int,
    progress: bool = True,
) -> Dataset:
    r"""Return some galaxies of a dataset as seen under a brighter sky, mapped from disk.

    Nothing is drawn again. Independent noises add in quadrature, so an image with sky noise
    :math:`\sigma_0` becomes one with :math:`\sigma` by adding :math:`\sqrt{\sigma^2-\sigma_0^2}`;
    the photon noise of the galaxy stays as it is.

    Raises
    ------
    InputError
        If the sky is darker than that of the dataset.
    """
    old = dataset.metadata["sky_sigma_adu"]
    if sky_sigma_adu < old:
        raise InputError(f"sky sigma: needed at least the {old} ADU it has; got {sky_sigma_adu}")
    more = np.sqrt(sky_sigma_adu**2 - old**2)
    key = random_key(seed, "numpy")

    def noisier() -> Iterator[np.ndarray]:
        for start in range(0, len(rows), BATCH):
            images = dataset.images(rows[start : start + BATCH])
            for row, image in zip(rows[start:], images, strict=False):
                image += np.float32(more) * normal(fold_in(key, int(row)), image)
            yield images

    survey = survey_from_metadata(dataset.metadata).with_conditions(sky_sigma_adu=sky_sigma_adu)
    origin = {
        "observed_from": fingerprint(dataset.catalogue, dataset.metadata),
        "more_sky_seed": seed,
    }
    metadata = {**dataset.metadata, **survey_metadata(survey), **origin}
    blocks = _count(noisier(), np.full(len(rows), sky_sigma_adu), "adding sky", progress)
    return _mapped(folder, dataset.catalogue.iloc[rows], metadata, blocks)


def _count(
    drawn: Iterable[np.ndarray], sigma: np.ndarray, what: str, progress: bool
) -> Iterator[Block]:
    """Yield each batch of images as 16-bit counts."""
    with tqdm(total=len(sigma), desc=what, unit="image", disable=not progress) as bar:
        for images in drawn:
            yield quantise(images, sigma[bar.n : bar.n + len(images)])
            bar.update(len(images))


def _mapped(
    folder: Path, catalogue: pd.DataFrame, metadata: dict[str, Any], blocks: Iterable[Block]
) -> Dataset:
    """Return the dataset in `folder`, written from `blocks` unless it is there already."""
    mark = fingerprint(catalogue, metadata)
    pixels = load(folder, mark)
    if pixels is None:
        with new_folder(folder, overwrite=True) as partial:
            fill(partial, blocks, len(catalogue), lambda: mark)
        pixels = load(folder, mark)
    return Dataset(folder, catalogue, *pixels, metadata, 0)


def fingerprint(catalogue: pd.DataFrame, metadata: Mapping[str, Any]) -> str:
    """Return a digest that changes when a galaxy, the conditions or the way of drawing does."""
    # The assumption is words, which change no pixel.
    measured = {name: value for name, value in metadata.items() if name != "assumption"}
    key = json.dumps([RENDERER_VERSION, measured, list(catalogue)], sort_keys=True)
    values = catalogue.select_dtypes("number").to_numpy(np.float64)
    return hashlib.sha256(key.encode() + values.tobytes()).hexdigest()
