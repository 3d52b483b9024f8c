"""Survey presets: which galaxies, through which seeing, on which pixels, with which noise."""

import math
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from functools import lru_cache, partial
from types import MappingProxyType

import numpy as np

from ..engine import Array, Table
from ..errors import InputError, require_choice
from .batches import Columns, render_in_batches
from .noise import add_noise_per_galaxy
from .psf import Gaussian, Moffat
from .render import render_galaxies

RENDER_COLUMNS = (
    *("total_flux", "sersic_idx_d", "R_e_d", "axis_ratio_d", "PA_d", "flux_frac_d"),
    *("sersic_idx_b", "R_e_b", "axis_ratio_b", "PA_b", "flux_frac_b", "psf_fwhm_arcsec"),
)


@dataclass(frozen=True)
class Survey:
    """All that is needed to simulate a survey.

    Parameters
    ----------
    name
        Name of the preset.
    pixel_scale_arcsec
        Width of a pixel in arcsec.
    stamp_pixels
        Width and height of a stamp in pixels.
    psf
        Point-spread function. Where galaxies have a PSF of their own width (column
        ``psf_fwhm_arcsec``), this is the narrowest.
    sky_sigma_adu
        Standard deviation of the background in ADU a pixel. Where galaxies have a background of
        their own (column ``sky_sigma_adu``), this is the lowest.
    electrons_per_adu
        Gain: Poisson noise is that of ``image * electrons_per_adu`` electrons.
    zero_point
        AB magnitude of one ADU; 0.0 where none was published.
    recipe
        ``recipe(rng, number)`` draws catalogue columns from the survey's ranges.
    ranges
        Lowest and highest value of the parameters that shape a galaxy. That of ``PA_b`` is its
        angle to the disk.
    assumption
        One sentence that says which of these values are published and which are assumed.
    snr_range
        Only galaxies of a signal-to-noise ratio within this range are kept; None keeps all.
    """

    name: str
    pixel_scale_arcsec: float
    stamp_pixels: int
    psf: Moffat | Gaussian
    sky_sigma_adu: float
    electrons_per_adu: float
    zero_point: float
    recipe: Callable[[np.random.Generator, int], Columns]
    ranges: Mapping[str, tuple[float, float]] = field(hash=False)
    assumption: str
    snr_range: tuple[float, float] | None = None

    def render(self, galaxies: Table, engine: str = "jax") -> np.ndarray:
        """Return noiseless stamps (N, stamp_pixels, stamp_pixels) in ADU, float32."""
        columns = {name: np.asarray(galaxies[name]) for name in RENDER_COLUMNS if name in galaxies}
        return render_in_batches(_renderer(self), columns, engine)

    def observe(
        self, galaxies: Table, seed: int, first: int = 0, engine: str = "jax"
    ) -> np.ndarray:
        """Return noisy stamps (N, stamp_pixels, stamp_pixels) in ADU, float32.

        The noise of a galaxy depends on `seed` and on its row number, which starts at `first`,
        and not on how a catalogue is cut into batches.
        """
        images = self.render(galaxies, engine)
        sigma = np.asarray(sky_sigma(galaxies, self), np.float32)
        return add_noise_per_galaxy(images, sigma, self.electrons_per_adu, seed, first)

    def with_conditions(
        self,
        *,
        sky_sigma_adu: float | None = None,
        fwhm_arcsec: float | None = None,
        electrons_per_adu: float | None = None,
    ) -> "Survey":
        """Return the survey under another sky, seeing or gain; None keeps the survey's own."""
        asked = {
            "sky_sigma_adu": sky_sigma_adu,
            "fwhm_arcsec": fwhm_arcsec,
            "electrons_per_adu": electrons_per_adu,
        }
        changes: dict = {name: value for name, value in asked.items() if value is not None}
        for name, value in changes.items():
            if not (math.isfinite(value) and value > 0):
                raise InputError(f"{name}: needed a number above 0; got {value}")
        described = ", ".join(f"{name} {value}" for name, value in changes.items())
        if "fwhm_arcsec" in changes:
            changes["psf"] = replace(self.psf, fwhm_arcsec=changes.pop("fwhm_arcsec"))
        if not changes:
            return self
        return replace(self, **changes, assumption=f"{self.assumption}; changed here: {described}")

    def with_stamp(self, pixels: int) -> "Survey":
        """Return the survey with stamps of another size."""
        if pixels < 1:
            raise InputError(f"stamp: needed at least 1 pixel; got {pixels}")
        return replace(self, stamp_pixels=pixels)

    def draw_galaxies(self, rng: np.random.Generator, number: int, engine: str = "jax") -> Columns:
        """Draw `number` galaxies: columns of the catalogue, float64 (``num_components`` int64)."""
        if number < 1:
            raise InputError(f"number of galaxies: needed at least 1; got {number}")
        if self.snr_range is None:
            return self.recipe(rng, number)
        kept: list[Columns] = []
        while sum(len(part["total_flux"]) for part in kept) < number:
            part = self.recipe(rng, 256)  # one size, so that JAX compiles once
            snr = signal_to_noise(self.render(part, engine), sky_sigma(part, self))
            inside = (snr >= self.snr_range[0]) & (snr <= self.snr_range[1])
            kept.append({name: column[inside] for name, column in part.items()})
        return {name: np.concatenate([k[name] for k in kept])[:number] for name in kept[0]}


@lru_cache(maxsize=16)
def _renderer(survey: Survey) -> Callable[[Table], Array]:
    return partial(
        render_galaxies,
        pixels=survey.stamp_pixels,
        pixel_scale_arcsec=survey.pixel_scale_arcsec,
        psf=survey.psf,
    )


def sky_sigma(galaxies: Table, survey: Survey) -> np.ndarray:
    """Return the background sigma of each galaxy in ADU a pixel: its own or the survey's."""
    number = len(galaxies["total_flux"])
    return np.asarray(galaxies.get("sky_sigma_adu", np.full(number, survey.sky_sigma_adu)))


def signal_to_noise(images: np.ndarray, sky_sigma_adu: np.ndarray) -> np.ndarray:
    r"""Return the signal-to-noise ratio of an optimal filter: :math:`\sqrt{\sum_p I_p^2}/\sigma`.

    Parameters
    ----------
    images
        Noiseless images (N, H, W) in ADU.
    sky_sigma_adu
        Background sigma (N,) in ADU a pixel.
    """
    return np.sqrt(np.sum(np.square(images, dtype=np.float64), axis=(1, 2))) / sky_sigma_adu


_HSC_RANGES = MappingProxyType(
    {
        "sersic_idx_d": (0.8, 1.2),
        "R_e_d": (0.1, 3.0),
        "axis_ratio_d": (0.25, 1.0),
        "PA_d": (-90.0, 90.0),
        "sersic_idx_b": (3.5, 5.0),
        "R_e_b": (0.1, 2.0),
        "axis_ratio_b": (0.25, 1.0),
        "PA_b": (-15.0, 15.0),
        "flux_frac_b": (0.0, 1.0),
    }
)


def _hsc_galaxies(rng: np.random.Generator, number: int) -> Columns:
    """Draw disks with bulges from the flat ranges of the PHYS378 catalogue."""
    columns = {"num_components": np.full(number, 2)}
    columns |= {name: rng.uniform(*limits, number) for name, limits in _HSC_RANGES.items()}
    columns["PA_b"] += columns["PA_d"]
    columns["flux_frac_d"] = 1 - columns["flux_frac_b"]
    columns["total_flux"] = rng.uniform(41, 30000, number)
    return columns


_CS109B_RANGES = MappingProxyType(
    {
        "sersic_idx_d": (0.5, 6.0),
        "R_e_d": (0.1, 0.6),
        "axis_ratio_d": (0.33 / 1.67, 1.0),
        "PA_d": (0.0, 180.0),
    }
)


def _cs109b_galaxies(
    rng: np.random.Generator, number: int, varying_sky: bool, varying_psf: bool
) -> Columns:
    """Draw single Sersic galaxies sheared by g = A exp(2i beta), as CS109B's generator does."""
    shear = rng.uniform(0, 0.67, number)
    index, radius = (rng.uniform(*_CS109B_RANGES[n], number) for n in ("sersic_idx_d", "R_e_d"))
    axis_ratio, angle = (1 - shear) / (1 + shear), np.degrees(rng.uniform(0, 3.14, number))
    columns = {"num_components": np.ones(number, int)}
    for kind, fraction in (("d", 1.0), ("b", 0.0)):  # the second component is there but dark
        columns |= {
            f"sersic_idx_{kind}": index,
            f"R_e_{kind}": radius,
            f"axis_ratio_{kind}": axis_ratio,
            f"PA_{kind}": angle,
            f"flux_frac_{kind}": np.full(number, fraction),
        }
    columns["total_flux"] = 1e5 * rng.uniform(0.3, 4, number)
    if varying_sky:
        columns["sky_sigma_adu"] = rng.integers(200, 401, number).astype(float)
    if varying_psf:
        columns["psf_fwhm_arcsec"] = rng.uniform(0.5, 1.0, number)
    return columns


def _cs109b(name: str, varying_sky: bool, varying_psf: bool) -> Survey:
    return Survey(
        name=name,
        pixel_scale_arcsec=0.23,
        stamp_pixels=64,
        psf=Moffat(fwhm_arcsec=0.5, beta=2.0),
        sky_sigma_adu=200.0,
        electrons_per_adu=1.0,
        zero_point=0.0,
        recipe=partial(_cs109b_galaxies, varying_sky=varying_sky, varying_psf=varying_psf),
        ranges=_CS109B_RANGES,
        assumption="all values are those of the published generator of CS109B",
        snr_range=(10.0, 100.0),
    )


_HSC = Survey(
    name="hsc",
    pixel_scale_arcsec=0.168,
    stamp_pixels=143,
    psf=Moffat(fwhm_arcsec=0.7, beta=2.5),
    sky_sigma_adu=0.05,
    electrons_per_adu=3.0,
    zero_point=27.0,
    recipe=_hsc_galaxies,
    ranges=_HSC_RANGES,
    assumption=(
        "seeing, sky and gain are not published; assumed are a Moffat PSF of beta 2.5 and FWHM "
        '0.7", a sky sigma of 0.05 ADU a pixel and 3 electrons per ADU'
    ),
)

SURVEYS: Mapping[str, Survey] = MappingProxyType(
    {
        "hsc": _HSC,
        "hsc-noisy": replace(
            _HSC,
            name="hsc-noisy",
            sky_sigma_adu=1.4,
            assumption=_HSC.assumption.replace("0.05 ADU", "1.4 ADU"),
        ),
        "cs109b-v1": _cs109b("cs109b-v1", varying_sky=False, varying_psf=False),
        "cs109b-v2": _cs109b("cs109b-v2", varying_sky=True, varying_psf=False),
        "cs109b-v3": _cs109b("cs109b-v3", varying_sky=True, varying_psf=True),
    }
)


def survey(name: str) -> Survey:
    """Return the preset called `name`.

    Raises
    ------
    InputError
        If there is none of that name.
    """
    require_choice("survey", name, SURVEYS)
    return SURVEYS[name]
