"""The galaxies of one reproduction: a training and a test catalogue, and their images."""

from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import NamedTuple

import numpy as np
import pandas as pd

from ... import sky
from ...datasets import Dataset, generate_catalogue, read_catalogue, stratified_split
from ...datasets.simulate import add_sky_noise, fingerprint, simulate_to_memmap, survey_metadata
from ...errors import InputError
from .protocol import SKY_SIGMA_ADU, VALIDATION_FRACTION
from .scales import Scale

SIMULATIONS = 112_500  # the published catalogues number their galaxies within so many
FEWEST = 50  # test galaxies, for thirds of them to mean anything


class Parts(NamedTuple):
    """Rows of a dataset."""

    train: np.ndarray
    validation: np.ndarray
    test: np.ndarray


@dataclass(frozen=True)
class Data:
    """All galaxies of a reproduction.

    Parameters
    ----------
    folder
        Where the images go.
    scale
        How many.
    seed
        Of the galaxies, the noise and the split.
    train, test
        Catalogues; the first rows of each have images.
    own_test
        Whether the test catalogue is generated, not given.
    engine
        ``"jax"`` or ``"numpy"``.
    progress
        Show progress bars.
    """

    folder: Path
    scale: Scale
    seed: int
    train: pd.DataFrame
    test: pd.DataFrame
    own_test: bool
    engine: str = "jax"
    progress: bool = True

    @cached_property
    def survey(self) -> sky.Survey:
        """The survey as it is drawn."""
        return sky.survey("hsc").with_stamp(self.scale.stamp_pixels)

    @cached_property
    def galaxies(self) -> pd.DataFrame:
        """The galaxies that have images: for training, then for testing."""
        parts = (self.train[: self.scale.train_images], self.test[: self.scale.test_images])
        return pd.concat(parts, ignore_index=True)

    @cached_property
    def parts(self) -> Parts:
        """Rows of `galaxies`; training and validation are alike in flux."""
        number = self.scale.train_images
        target = self.galaxies["log_total_flux"].to_numpy(np.float64)
        fractions = (1 - VALIDATION_FRACTION, VALIDATION_FRACTION)
        train, validation = stratified_split(target[:number], fractions, self.seed)
        return Parts(train, validation, np.arange(number, len(self.galaxies)))

    @property
    def truth(self) -> pd.DataFrame:
        """The test galaxies that have images."""
        return self.galaxies.iloc[self.parts.test]

    @cached_property
    def identity(self) -> str:
        """A digest of all galaxies and of how they are seen."""
        metadata = survey_metadata(self.survey) | {"seed": self.seed}
        return fingerprint(pd.concat([self.train, self.test]), metadata)

    @cached_property
    def drawn(self) -> Dataset:
        """The images, drawn at the first call and found on disk afterwards."""
        return simulate_to_memmap(
            self.folder / f"sky-{SKY_SIGMA_ADU:g}",
            self.survey,
            self.galaxies,
            self.seed,
            self.engine,
            self.progress,
        )

    def observed(self, sky_sigma_adu: float) -> Dataset:
        """Return all images under a sky."""
        if sky_sigma_adu == SKY_SIGMA_ADU:
            return self.drawn
        return add_sky_noise(
            self.folder / f"sky-{sky_sigma_adu:g}",
            self.drawn,
            np.arange(len(self.galaxies)),
            sky_sigma_adu,
            self.seed,
            self.progress,
        )


def galaxies_for(
    folder: Path,
    scale: Scale,
    seed: int,
    catalogue: Path | None = None,
    engine: str = "jax",
    progress: bool = True,
) -> Data:
    """Draw the catalogues of a reproduction; take the test galaxies of a file where one is given.

    Raises
    ------
    InputError
        If the file is no catalogue, or too short.
    """
    table_rows = max(scale.table_galaxies, scale.train_images)
    own = _generate(table_rows + max(scale.test_images, scale.table_galaxies // 3), seed)
    test = own[table_rows:]
    if catalogue is not None:
        test = read_catalogue(catalogue)
        if len(test) < FEWEST:
            raise InputError(f"{catalogue}: needed at least {FEWEST} galaxies; got {len(test)}")
    train = own[:table_rows]
    return Data(folder, scale, seed, train, test, catalogue is None, engine, progress)


def _generate(number: int, seed: int) -> pd.DataFrame:
    """Draw galaxies from the published ranges, numbered as there: at random, not in order."""
    rng = np.random.default_rng(seed)
    table = generate_catalogue(sky.survey("hsc"), number, rng)
    numbers = rng.permutation(SIMULATIONS)[:number]
    return table.assign(img_number=numbers, file_name=[f"{i}.png" for i in numbers])
