r"""Five kinds of galaxies, told apart by eye: simulated stand-ins for Galaxy10.

Galaxy10 holds pictures of the Sloan Digital Sky Survey that volunteers of Galaxy Zoo sorted. Each
was scaled to the size of its galaxy (a pixel is 0.06 Petrosian radii wide), so size says nothing,
and the angle says nothing: only structure tells the classes apart. The same holds here. These are
*simulations*: no picture of the survey is in them, and what a network reaches here says little of
what it reaches there.

A spiral's disk is multiplied by a pattern that follows logarithmic spirals,

.. math:: 1 + C \cos\left(m \left[\theta - \frac{\ln r}{\tan p}\right] + \phi\right)
          e^{-k^2\sigma^2/2}, \qquad k = \frac{m}{r \sin p}

of contrast C, m arms and pitch angle p, seen from above. The wave is k to the pixel, and seeing of
width :math:`\sigma` dampens it as it dampens every wave.
"""

import math
from collections.abc import Callable, Iterable
from dataclasses import dataclass

import numpy as np
from jaxtyping import Float, Int

from ..engine import Array, Table, array_namespace
from .batches import Columns, render_in_batches
from .noise import add_noise_per_galaxy
from .psf import FWHM_PER_SIGMA, Gaussian
from .render import render_galaxies
from .surveys import RENDER_COLUMNS

Range = tuple[float, float]

PIXELS = 69
ARMS = 2
ELECTRONS_PER_ADU = 4.0
PSF = Gaussian(fwhm_arcsec=1.2)  # the sharpest seeing; here an "arcsec" is a pixel
STARS = 1  # in the field of each galaxy, often too faint to see
_BLACK = 8.0  # gray level of an empty sky: its noise shows on both sides
_WHITE = 120.0  # ADU a pixel that make 255 in the picture; the sky's own sigma is 1
_GRAY = 2.0  # ADU a pixel below which the picture is linear


@dataclass(frozen=True)
class Morphology:
    """One class of galaxies, and the ranges that its galaxies are drawn from.

    Parameters
    ----------
    name
        What Galaxy10 calls it.
    images
        How many pictures Galaxy10 has of it: the classes come in these proportions.
    bulge_fraction
        Share of the light in the bulge, or in the spheroid of a smooth galaxy.
    bulge_index
        Sersic index of the bulge.
    bulge_axis_ratio, disk_axis_ratio
        Minor over major axis.
    arm_contrast
        C above; zero where there are no arms.
    """

    name: str
    images: int
    bulge_fraction: Range
    bulge_index: Range
    bulge_axis_ratio: Range
    disk_axis_ratio: Range
    arm_contrast: Range = (0.0, 0.0)


MORPHOLOGIES = (
    Morphology(
        *("disk, face-on, no spiral", 3461),
        bulge_fraction=(0.0, 0.35),
        bulge_index=(1.0, 2.5),
        bulge_axis_ratio=(0.6, 1.0),
        disk_axis_ratio=(0.5, 1.0),
    ),
    Morphology(
        *("smooth, completely round", 6997),
        bulge_fraction=(0.75, 1.0),
        bulge_index=(2.0, 5.0),
        bulge_axis_ratio=(0.8, 1.0),
        disk_axis_ratio=(0.8, 1.0),
    ),
    Morphology(
        *("smooth, in between", 6292),
        bulge_fraction=(0.65, 1.0),
        bulge_index=(1.5, 4.5),
        bulge_axis_ratio=(0.45, 0.85),
        disk_axis_ratio=(0.45, 0.85),
    ),
    Morphology(
        *("disk, edge-on, rounded bulge", 1534),
        bulge_fraction=(0.15, 0.45),
        bulge_index=(1.0, 3.0),
        bulge_axis_ratio=(0.65, 1.0),
        disk_axis_ratio=(0.12, 0.3),
    ),
    Morphology(
        *("disk, face-on, tight spiral", 1121),
        bulge_fraction=(0.1, 0.35),
        bulge_index=(1.0, 2.5),
        bulge_axis_ratio=(0.7, 1.0),
        disk_axis_ratio=(0.6, 1.0),
        arm_contrast=(0.4, 1.0),
    ),
)


def draw_labels(rng: np.random.Generator, number: int) -> Int[np.ndarray, " N"]:
    """Draw classes, as numbers from 0, in the proportions of Galaxy10."""
    counts = np.asarray([kind.images for kind in MORPHOLOGIES])
    return rng.choice(len(counts), number, p=counts / counts.sum())


def draw_morphologies(rng: np.random.Generator, labels: Int[np.ndarray, " N"]) -> Columns:
    """Draw one galaxy of each class in `labels`: columns of a catalogue, lengths in pixels."""

    def of_class(what: str) -> np.ndarray:
        low, high = np.asarray([getattr(kind, what) for kind in MORPHOLOGIES])[labels].T
        return rng.uniform(low, high)

    number = len(labels)
    bulge_index, bulge_fraction = of_class("bulge_index"), of_class("bulge_fraction")
    ratio = {"d": of_class("disk_axis_ratio"), "b": of_class("bulge_axis_ratio")}
    angle = rng.uniform(-90.0, 90.0, number)
    # Half the light of a spheroid lies further in than half of a disk of the same size.
    smooth = bulge_fraction > 0.5
    spheroid, bulge = rng.uniform(5.0, 9.0, number), rng.uniform(1.5, 3.5, number)
    major = {"d": rng.uniform(8.0, 11.5, number), "b": np.where(smooth, spheroid, bulge)}
    columns = {
        "sersic_idx_d": np.ones(number),
        "sersic_idx_b": bulge_index,
        "flux_frac_d": 1 - bulge_fraction,
        "flux_frac_b": bulge_fraction,
        "psf_fwhm_arcsec": rng.uniform(PSF.fwhm_arcsec, 3.0, number),
        "arm_contrast": of_class("arm_contrast"),
        "arm_pitch": rng.uniform(15.0, 25.0, number) * rng.choice([-1.0, 1.0], number),
        "arm_phase": rng.uniform(0.0, 360.0, number),
    }
    for kind in "db":
        columns[f"axis_ratio_{kind}"] = ratio[kind]
        columns[f"PA_{kind}"] = angle
        columns[f"R_e_{kind}"] = major[kind] * np.sqrt(ratio[kind])
    brightness = np.exp(rng.uniform(math.log(8.0), math.log(60.0), number))
    size = np.where(smooth, columns["R_e_b"], columns["R_e_d"])
    columns["total_flux"] = brightness * 2 * math.pi * size**2
    for i in range(STARS):
        columns[f"star_x_{i}"], columns[f"star_y_{i}"] = rng.uniform(-34, 34, (2, number))
        columns[f"star_flux_{i}"] = np.exp(rng.uniform(math.log(5), math.log(1000), number))
    return columns


def render_morphologies(
    galaxies: Table, pixels: int = PIXELS, chunk: int = 16
) -> Float[Array, "N H W"]:
    """Return noiseless stamps in ADU: bulge, disk times its arms, and the stars of the field."""
    shapes = {name: galaxies[name] for name in RENDER_COLUMNS}
    nothing = 0.0 * galaxies["total_flux"]
    disk, bulge = (
        render_galaxies(shapes | {f"flux_frac_{other}": nothing}, pixels, 1.0, PSF, chunk)
        for other in "bd"
    )
    column = {name: galaxies[name][:, None, None] for name in galaxies}
    xp = array_namespace(disk)
    at = xp.arange(pixels, dtype=disk.dtype) - (pixels - 1) / 2
    x, y = at[None, None, :], at[None, :, None]
    image = bulge + disk * _arms(column, x, y)
    for i in range(STARS):
        r = xp.sqrt((x - column[f"star_x_{i}"]) ** 2 + (y - column[f"star_y_{i}"]) ** 2)
        image = image + column[f"star_flux_{i}"] * PSF.profile(r, column["psf_fwhm_arcsec"])
    return image


def _arms(
    column: dict[str, Array], x: Float[Array, "1 1 W"], y: Float[Array, "1 H 1"]
) -> Float[Array, "N H W"]:
    xp = array_namespace(x)
    degree = math.pi / 180
    angle, ratio = column["PA_d"] * degree, column["axis_ratio_d"]
    u = x * xp.cos(angle) + y * xp.sin(angle)
    v = (y * xp.cos(angle) - x * xp.sin(angle)) / ratio  # seen from above, the disk is round
    r = xp.sqrt(u * u + v * v + 0.25)
    pitch = column["arm_pitch"] * degree
    wave = ARMS / (r * xp.sin(pitch) * ratio)
    sigma = column["psf_fwhm_arcsec"] / FWHM_PER_SIGMA
    contrast = column["arm_contrast"] * xp.exp(-0.5 * (wave * sigma) ** 2)
    turn = ARMS * (xp.atan2(v, u) - xp.log(r) / xp.tan(pitch))
    return 1.0 + contrast * xp.cos(turn + column["arm_phase"] * degree)


def to_picture(images: Float[Array, "N H W"]) -> Float[Array, "N H W"]:
    r"""Return counts in ADU as the gray levels of a picture, whole numbers from 0 to 255.

    .. math:: 8 + 247\, \frac{\operatorname{arsinh}(x / 2)}{\operatorname{arsinh}(120 / 2)}
    """
    xp = array_namespace(images)
    levels = xp.asinh(images / _GRAY) * ((255.0 - _BLACK) / math.asinh(_WHITE / _GRAY))
    return xp.round(xp.clip(_BLACK + levels, 0.0, 255.0))


def simulate_morphologies(
    number: int,
    seed: int,
    engine: str = "jax",
    progress: Callable[[range], Iterable[int]] = iter,
) -> tuple[Float[np.ndarray, "N H W C"], Int[np.ndarray, " N"]]:
    """Return `number` pictures (N, 69, 69, 1) with gray levels from 0 to 255, and their classes.

    Parameters
    ----------
    number
        How many.
    seed
        What they are drawn from.
    engine
        ``"jax"`` or ``"numpy"``.
    over
        Wraps the range of blocks that are drawn one by one, as a progress bar does.
    """
    rng = np.random.default_rng(seed)
    labels = draw_labels(rng, number)
    columns = draw_morphologies(rng, labels)
    images = render_in_batches(render_morphologies, columns, engine, progress)
    noisy = add_noise_per_galaxy(images, np.ones(number, np.float32), ELECTRONS_PER_ADU, seed)
    return to_picture(noisy)[..., None], labels
