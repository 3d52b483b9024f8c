"""The physics of *Build a galaxy*: one galaxy, its pictures, and what each method measures."""

from dataclasses import dataclass, replace
from functools import lru_cache
from pathlib import Path
from types import MappingProxyType

import numpy as np
from jaxtyping import Float

from .. import sky
from ..datasets import fit_to_size
from ..flux import FluxModel, stamp_inputs
from ..measure import aperture_sum, cramer_rao_bound, pixel_sum

PIXELS = 101
N_REALISATIONS = 40  # of the noise of one galaxy, for the bias and the scatter of a method
NETWORK = Path(__file__).parent / "recordings" / "network.npz"
RANGES = MappingProxyType(
    {
        "flux_adu": (50.0, 30000.0),
        "sersic_n": (0.5, 6.0),
        "half_light_arcsec": (0.2, 3.0),
        "axis_ratio": (0.25, 1.0),
        "angle_deg": (-90.0, 90.0),
        "bulge_to_total": (0.0, 1.0),
        "seeing_arcsec": (0.4, 1.5),
        "sky_sigma_adu": (0.05, 5.0),
    }
)


@dataclass(frozen=True)
class Galaxy:
    """The settings of the sliders.

    Parameters
    ----------
    flux_adu
        Total flux in ADU.
    sersic_n, half_light_arcsec, axis_ratio, angle_deg
        Of the disk; its bulge has index 4, half the radius and the same angle, and is rounder.
    bulge_to_total
        Share of the bulge in the flux.
    seeing_arcsec
        Full width at half maximum of the point-spread function.
    sky_sigma_adu
        Noise of the sky in ADU a pixel.
    """

    flux_adu: float = 5000.0
    sersic_n: float = 1.0
    half_light_arcsec: float = 1.2
    axis_ratio: float = 0.6
    angle_deg: float = 30.0
    bulge_to_total: float = 0.3
    seeing_arcsec: float = 0.7
    sky_sigma_adu: float = 0.5

    @property
    def row(self) -> dict[str, float]:
        """Its row in a catalogue."""
        return {
            "total_flux": self.flux_adu,
            "sersic_idx_d": self.sersic_n,
            "R_e_d": self.half_light_arcsec,
            "axis_ratio_d": self.axis_ratio,
            "PA_d": self.angle_deg,
            "flux_frac_d": 1 - self.bulge_to_total,
            "sersic_idx_b": 4.0,
            "R_e_b": self.half_light_arcsec / 2,
            "axis_ratio_b": (1 + self.axis_ratio) / 2,
            "PA_b": self.angle_deg,
            "flux_frac_b": self.bulge_to_total,
            "psf_fwhm_arcsec": self.seeing_arcsec,
            "sky_sigma_adu": self.sky_sigma_adu,
        }

    @property
    def columns(self) -> dict[str, np.ndarray]:
        """Its row as a table of one."""
        return {name: np.asarray([value]) for name, value in self.row.items()}

    def code(self, seed: int) -> str:
        """Return a program that draws the very same picture."""
        columns = "".join(f'    "{name}": [{value!r}],\n' for name, value in self.row.items())
        return (
            '"""Draw one galaxy as the survey would see it."""\n\n'
            "import numpy as np\n\nfrom galflux_edu import sky\n\n"
            f"galaxy = {{\n{columns}}}\n"
            "galaxy = {name: np.asarray(value) for name, value in galaxy.items()}\n"
            f'survey = sky.survey("hsc").with_stamp({PIXELS})'
            f".with_conditions(fwhm_arcsec={RANGES['seeing_arcsec'][0]})\n"
            f"image = survey.observe(galaxy, seed={seed})[0]  # ADU a pixel\n"
            "print(image.shape, image.sum())\n"
        )


@lru_cache
def survey() -> sky.Survey:
    """Return the survey of the page: pixels, gain and ranges of ``hsc``, but wider.

    Every galaxy has a seeing and a sky of its own.
    """
    seeing, _ = RANGES["seeing_arcsec"]
    hsc = sky.survey("hsc").with_stamp(PIXELS).with_conditions(fwhm_arcsec=seeing)
    wider = {"sersic_idx_d": RANGES["sersic_n"]}
    return replace(hsc, ranges=MappingProxyType({**hsc.ranges, **wider}), recipe=_draw)


def _draw(rng: np.random.Generator, number: int) -> dict[str, np.ndarray]:
    """Draw galaxies from the whole range of the sliders: flux and sky evenly in their logarithm."""
    columns = sky.survey("hsc").recipe(rng, number)
    columns["sersic_idx_d"] = rng.uniform(*RANGES["sersic_n"], number)
    columns["total_flux"] = np.exp(rng.uniform(*np.log(RANGES["flux_adu"]), number))
    columns["psf_fwhm_arcsec"] = rng.uniform(*RANGES["seeing_arcsec"], number)
    columns["sky_sigma_adu"] = np.exp(rng.uniform(*np.log(RANGES["sky_sigma_adu"]), number))
    return columns


@dataclass(frozen=True)
class Pictures:
    """A galaxy without noise, with noise, and a star as bright."""

    noiseless: Float[np.ndarray, "H W"]
    noisy: Float[np.ndarray, "H W"]
    psf: Float[np.ndarray, "H W"]
    signal_to_noise: float


def take_pictures(galaxy: Galaxy, seed: int) -> Pictures:
    """Return the pictures of a galaxy; `seed` draws the noise."""
    star = galaxy.columns | {"R_e_d": np.asarray([1e-3]), "R_e_b": np.asarray([1e-3])}
    star |= {name: np.asarray([1.0]) for name in ("sersic_idx_d", "axis_ratio_d", "axis_ratio_b")}
    star |= {"flux_frac_d": np.asarray([1.0]), "flux_frac_b": np.asarray([0.0])}
    both = {name: np.concatenate([galaxy.columns[name], star[name]]) for name in star}
    noiseless, psf = survey().render(both)
    ratio = sky.signal_to_noise(noiseless[None], np.asarray([galaxy.sky_sigma_adu]))
    return Pictures(noiseless, observe(galaxy, seed, 1)[0], psf, float(ratio[0]))


def observe(galaxy: Galaxy, seed: int, number: int) -> Float[np.ndarray, "N H W"]:
    """Return `number` pictures of one galaxy, each with noise of its own."""
    columns = {name: np.repeat(column, number) for name, column in galaxy.columns.items()}
    return survey().observe(columns, seed)


def measure(
    images: Float[np.ndarray, "N H W"], aperture_arcsec: float
) -> dict[str, Float[np.ndarray, " N"]]:
    """Return the flux that each method measures, in ADU; images of any size, sky subtracted."""
    radius = aperture_arcsec / survey().pixel_scale_arcsec
    images = images.astype(np.float64)
    stamps = np.stack([fit_to_size(image, PIXELS) for image in images])
    square = images if images.shape[1] == images.shape[2] else stamps
    return {
        "sum of the pixels": pixel_sum(images),
        f'aperture of {aperture_arcsec:g}"': aperture_sum(square, radius),
        "network (course-best)": 10 ** network().predict(stamp_inputs(stamps)),
    }


@lru_cache
def network() -> FluxModel:
    """Return the network that was trained on such galaxies; `record` says how."""
    return FluxModel.load(NETWORK)


def bound_dex(galaxy: Galaxy) -> float:
    """Return the Cramer-Rao bound on the scatter of log10 flux, in dex."""
    return float(np.sqrt(cramer_rao_bound(galaxy.columns, survey())[0]))
