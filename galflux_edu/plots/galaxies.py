"""Galaxies side by side."""

from collections.abc import Sequence

import numpy as np
from jaxtyping import Real
from matplotlib.axes import Axes
from matplotlib.colors import AsinhNorm

from ..engine import Array, to_numpy
from ..errors import InputError


def galaxy_gallery(
    axes: Axes | np.ndarray,
    images: Real[Array, "n H W"],
    *,
    pixel_scale_arcsec: float,
    titles: Sequence[str] = (),
) -> Axes | np.ndarray:
    r"""Show galaxies side by side on one asinh scale, so that faint and bright compare.

    The colour follows :math:`\operatorname{asinh}(f / s)`, which is linear for pixels of the sky
    and logarithmic far above it; s is the noise of the sky, 1.48 times the median absolute
    deviation of all pixels.

    Parameters
    ----------
    axes
        At least n axes; those left over are hidden.
    images
        Counts in ADU per pixel, shape (n, H, W), first row at the bottom.
    pixel_scale_arcsec
        Side of a pixel in arcsec.
    titles
        One per image, or none.

    Raises
    ------
    InputError
        If there are more images than axes, or the titles do not match.

    References
    ----------
    Lupton, Gunn and Szalay (1999), AJ 118, 1406, section 2.
    """
    images, panels = to_numpy(images), np.ravel(axes)
    if (
        images.ndim != 3
        or not 0 < len(images) <= len(panels)
        or len(titles) not in (0, len(images))
    ):
        raise InputError(
            f"galaxy_gallery: needed images of shape (n, H, W), n from 1 to {len(panels)} (the "
            f"axes), and n titles or none; got {images.shape} and {len(titles)} titles"
        )
    sky = np.median(images)
    sky_sigma_adu = 1.4826 * np.median(np.abs(images - sky))
    peak = float(images.max())
    # Noise-free images have no sigma: four decades below the peak stand in for it.
    softening = max(float(sky_sigma_adu), 1e-4 * abs(peak)) or 1.0
    norm = AsinhNorm(softening, vmin=float(sky) - 2 * softening, vmax=max(peak, softening))
    half_height, half_width = (pixel_scale_arcsec * side / 2 for side in images.shape[1:])
    for ax in panels:
        ax.set_axis_off()
    for ax, image in zip(panels, images, strict=False):
        shown = ax.imshow(
            image,
            norm=norm,
            cmap="viridis",
            origin="lower",
            interpolation="nearest",
            extent=(-half_width, half_width, -half_height, half_height),
        )
    for ax, title in zip(panels, titles, strict=False):
        ax.set_title(title, fontsize="small")
    _scale_bar(panels[0], half_width, half_height)
    # Zero and the decades above the noise: closer ticks would sit on top of each other.
    lowest, highest = np.ceil(np.log10(3 * softening)), np.floor(np.log10(norm.vmax))
    ticks = [0, *10.0 ** np.arange(lowest, highest + 1)]
    colour_bar = panels[0].figure.colorbar(
        shown, ax=panels, ticks=ticks, format="{x:g}", shrink=0.9, pad=0.015, aspect=30
    )
    colour_bar.ax.minorticks_off()
    colour_bar.set_label("ADU per pixel")
    colour_bar.outline.set_visible(False)
    return axes


def gray_gallery(axes: np.ndarray, images: Real[Array, "n H W"], titles: Sequence[str]) -> None:
    """Show pictures whose numbers are gray levels from 0 to 255, first row at the top.

    Parameters
    ----------
    axes
        n axes.
    images
        Gray levels, shape (n, H, W).
    titles
        One per picture.
    """
    for ax, image, title in zip(np.ravel(axes), to_numpy(images), titles, strict=True):
        ax.imshow(image, cmap="gray", vmin=0, vmax=255)
        ax.set(xticks=[], yticks=[], title=title)


def _scale_bar(ax: Axes, half_width: float, half_height: float) -> None:
    """Draw a bar of a round length, at most a third of the width, in the lower left corner."""
    longest = 2 * half_width / 3
    decade = 10 ** np.floor(np.log10(longest))
    length = decade * max(digit for digit in (1, 2, 5) if digit * decade <= longest)
    left, bottom = -0.9 * half_width, -0.88 * half_height
    ax.plot([left, left + length], [bottom, bottom], color="white", lw=2, solid_capstyle="butt")
    ax.text(
        left, bottom + 0.05 * half_height, f"{length:g}″", color="white", va="bottom", fontsize=9
    )
