"""Build a galaxy: move a slider, and see what flux each method measures."""

import csv
import io

import numpy as np
import streamlit as st

from ...datasets.images import encode_png, quantise
from ...plots import asinh_colours
from .. import charts, galaxy_lab, page, uploads
from ..galaxy_lab import N_REALISATIONS, RANGES, Galaxy

PAGE = {"title": "Build a galaxy", "icon": ":material/tune:", "url_path": "build-a-galaxy"}


def show() -> None:
    """Draw the page."""
    page.header(
        "Build a galaxy",
        "One galaxy, drawn as a survey would see it. How bright is it? Three methods, and the "
        "bound that no unbiased method can beat.",
        minutes=8,
    )
    left, right = st.columns([1, 3], gap="large")
    with left:
        galaxy, aperture_arcsec = _sliders()
    with right:
        seed = st.session_state.get("noise", 0)
        pictures = _pictures(galaxy, seed)
        _show_pictures(galaxy, pictures)
        _show_methods(galaxy, seed, aperture_arcsec)
    _downloads(galaxy, pictures.noisy, seed)
    _upload(aperture_arcsec)


def _sliders() -> tuple[Galaxy, float]:
    low, high = (float(np.log10(limit)) for limit in RANGES["flux_adu"])
    grid = [round(10**x) for x in np.linspace(low, high, 60)]
    nearest = min(grid, key=lambda flux: abs(flux - Galaxy.flux_adu))
    flux = st.select_slider("Flux [ADU]", grid, nearest, key="flux")
    values = {
        name: st.slider(label, *RANGES[name], getattr(Galaxy, name), step, key=name)
        for name, label, step in (
            ("sersic_n", "Sersic index of the disk", 0.1),
            ("half_light_arcsec", 'Half-light radius ["]', 0.05),
            ("axis_ratio", "Axis ratio", 0.05),
            ("angle_deg", "Angle [°]", 5.0),
            ("bulge_to_total", "Bulge-to-total ratio", 0.05),
            ("seeing_arcsec", 'Seeing, FWHM ["]', 0.05),
        )
    }
    skies = [0.05, 0.1, 0.2, 0.5, 1.0, 2.0, 5.0]
    sky = st.select_slider("Sky noise [ADU per pixel]", skies, 0.5, key="sky_sigma_adu")
    aperture = st.slider('Radius of the aperture ["]', 0.5, 8.0, 4.0, 0.5, key="aperture")
    if st.button("New noise", shortcut="Right", key="new_noise", width="stretch"):
        st.session_state["noise"] = st.session_state.get("noise", 0) + 1
    return Galaxy(float(flux), **values, sky_sigma_adu=sky), aperture


@st.cache_data(max_entries=64, show_spinner=False)
def _pictures(galaxy: Galaxy, seed: int) -> galaxy_lab.Pictures:
    return galaxy_lab.take_pictures(galaxy, seed)


@st.cache_data(max_entries=256, show_spinner=False)
def _measured(
    galaxy: Galaxy, seed: int, aperture_arcsec: float
) -> tuple[dict[str, np.ndarray], float]:
    images = galaxy_lab.observe(galaxy, seed, N_REALISATIONS)
    return galaxy_lab.measure(images, aperture_arcsec), galaxy_lab.bound_dex(galaxy)


def _show_pictures(galaxy: Galaxy, pictures: galaxy_lab.Pictures) -> None:
    width = galaxy_lab.PIXELS * galaxy_lab.survey().pixel_scale_arcsec
    brightest = float(pictures.noiseless.max())
    panels = {
        "without noise": (pictures.noiseless, brightest),
        "as observed": (pictures.noisy, brightest),
        "point-spread function": (pictures.psf, float(pictures.psf.max())),
    }
    for column, (title, (image, top)) in zip(st.columns(3), panels.items(), strict=True):
        with column:
            page.picture(
                asinh_colours(image, galaxy.sky_sigma_adu, top), f"{title}, {width:.0f}″ wide"
            )
    st.markdown(
        f"Brightest pixel **{brightest:.3g} ADU**, sky noise **{galaxy.sky_sigma_adu:g} ADU** a "
        f"pixel, signal-to-noise ratio **{pictures.signal_to_noise:,.0f}** · colours on an asinh "
        "scale"
    )


def _show_methods(galaxy: Galaxy, seed: int, aperture_arcsec: float) -> None:
    fluxes, bound_dex = _measured(galaxy, seed, aperture_arcsec)
    bound_percent = 100 * (10**bound_dex - 1)
    errors = charts.methods_data(fluxes, galaxy.flux_adu)
    reach = float(np.clip(1.1 * np.percentile(np.abs(errors["error"]), 98), 2, 150))
    spec = charts.methods_chart(list(fluxes), bound_percent, reach, page.theme(), page.letters())
    st.vega_lite_chart(errors, spec, theme=None, width="stretch", key="methods")
    rows = [
        {
            "method": name,
            "flux of this picture [ADU]": f"{values[0]:,.0f}",
            "error [%]": f"{100 * (values[0] / galaxy.flux_adu - 1):+.1f}",
            "bias [%]": f"{100 * (np.mean(values) / galaxy.flux_adu - 1):+.1f}",
            "scatter [%]": f"{100 * np.std(values) / galaxy.flux_adu:.1f}",
        }
        for name, values in fluxes.items()
    ]
    truth = {"method": "truth", "flux of this picture [ADU]": f"{galaxy.flux_adu:,.0f}"}
    bound = {"method": "Cramér-Rao bound", "scatter [%]": f"{bound_percent:.1f}"}
    st.table([{**dict.fromkeys(rows[0], ""), **row} for row in (truth, *rows, bound)])
    st.caption(
        f"Bias and scatter of {N_REALISATIONS} pictures of this galaxy that differ in their "
        "noise. The green band is one standard deviation of the best unbiased method that knows "
        "nothing but the ranges of the parameters. A method with a bias may scatter less: the sum "
        "of the pixels leaves out the light outside of the stamp."
    )


def _downloads(galaxy: Galaxy, image: np.ndarray, seed: int) -> None:
    counts, offset, step = quantise(image[None], galaxy.sky_sigma_adu)
    table = io.StringIO()
    writer = csv.DictWriter(table, list(galaxy.row))
    writer.writeheader()
    writer.writerow(galaxy.row)
    files = {
        "Picture (16-bit PNG)": ("galaxy.png", encode_png(counts[0], offset[0], step[0])),
        "Catalogue row (CSV)": ("galaxy.csv", table.getvalue()),
        "Program that draws it": ("galaxy.py", galaxy.code(seed)),
    }
    for column, (label, (name, data)) in zip(st.columns(3), files.items(), strict=True):
        column.download_button(label, data, name, width="stretch", on_click="ignore")


def _upload(aperture_arcsec: float) -> None:
    st.subheader("Measure a stamp of your own", anchor=False)
    given = st.file_uploader(
        "A FITS image, or a 16-bit PNG such as `galflux simulate` writes",
        type=["png", "fits", "fit"],
        key="stamp",
    )
    if given is None:
        return
    with page.sentences():
        stamp = uploads.read_stamp(given.name, given.getvalue())
        picture, numbers = st.columns([1, 3], gap="large")
        height, width = stamp.image.shape
        with picture:
            page.picture(
                asinh_colours(stamp.image, stamp.sky_sigma, float(stamp.image.max())),
                f"{given.name}: {width}x{height} pixels",
            )
        fluxes = galaxy_lab.measure(stamp.image[None].astype(np.float32), aperture_arcsec)
        numbers.table(
            [{"method": name, "flux": f"{flux[0]:,.4g}"} for name, flux in fluxes.items()]
        )
        numbers.caption(
            f"In the unit of the file. A sky of {stamp.sky_level:.3g} ± {stamp.sky_sigma:.3g} a "
            "pixel, measured along the edge of the stamp, was subtracted. The network was trained "
            f"on simulated galaxies of {galaxy_lab.survey().pixel_scale_arcsec}″ a pixel in ADU "
            "only: of another telescope its output is a number, not a measurement."
        )
