import re
import sys

import numpy as np
import pytest
from astropy.io import fits

from galflux_edu.datasets import fit_to_size, read_fits_image, write_fits_image
from galflux_edu.errors import InputError


@pytest.fixture
def image():
    return np.random.default_rng(0).normal(0, 1, (7, 5)).astype(np.float32)


def fails(path, message, **options):
    with pytest.raises(InputError, match=f"^{re.escape(f'{path}: {message}')}$"):
        read_fits_image(path, **options)


def test_an_image_comes_back_exactly_in_native_byte_order(tmp_path, image):
    path = tmp_path / "i.fits"
    write_fits_image(path, image, {"BUNIT": "adu", "PIXSCALE": 0.168})
    back = read_fits_image(path)
    np.testing.assert_array_equal(back, image)
    assert back.dtype == np.float32
    assert back.dtype.isnative
    assert fits.getheader(path)["PIXSCALE"] == 0.168
    assert fits.getdata(path).dtype.str == ">f4"


@pytest.mark.parametrize("kind", ["uint8", "int16", "uint16", "int32", "float64"])
def test_all_kinds_of_pixels_are_read(tmp_path, kind):
    path = tmp_path / "i.fits"
    values = np.arange(12).reshape(3, 4).astype(kind)
    fits.PrimaryHDU(values).writeto(path)
    np.testing.assert_array_equal(read_fits_image(path), values)


@pytest.fixture
def many(tmp_path, image):
    """A file with an empty primary unit, a table, a cube and two images."""
    path = tmp_path / "many.fits"
    column = fits.Column(name="n", format="E", array=np.arange(3.0))
    units = [
        fits.PrimaryHDU(),
        fits.BinTableHDU.from_columns([column], name="TABLE"),
        fits.ImageHDU(np.zeros((2, 3, 4)), name="CUBE"),
        fits.ImageHDU(image, name="FIRST"),
        fits.ImageHDU(2 * image),
    ]
    fits.HDUList(units).writeto(path)
    return path


def test_the_first_image_is_found_and_any_can_be_named(many, image):
    np.testing.assert_array_equal(read_fits_image(many), image)
    np.testing.assert_array_equal(read_fits_image(many, "first"), image)
    np.testing.assert_array_equal(read_fits_image(many, 4), 2 * image)


@pytest.mark.parametrize("hdu", [0, 1, 2, "TABLE", 5, -1, "NONE"])
def test_the_units_are_listed_where_the_named_one_has_no_image(many, hdu):
    fails(
        many,
        f"needed a two-dimensional image in HDU {hdu!r}; got the HDUs 0 PRIMARY (no data), "
        "1 TABLE (table), 2 CUBE (2 x 3 x 4 image), 3 FIRST (7 x 5 image), "
        "4 unnamed (7 x 5 image)",
        hdu=hdu,
    )


def test_a_file_without_an_image(tmp_path):
    path = tmp_path / "none.fits"
    fits.PrimaryHDU().writeto(path)
    fails(path, "needed a two-dimensional image; got the HDUs 0 PRIMARY (no data)")


def test_pixels_that_are_not_finite_are_counted(tmp_path, image):
    path = tmp_path / "i.fits"
    image[0, 0], image[1, 1], image[2, 2] = np.nan, np.inf, -np.inf
    write_fits_image(path, image)
    fails(path, "needed finite pixels; got 3 of 35 that are NaN or infinite")


def test_pixels_too_large_for_float32(tmp_path):
    path = tmp_path / "i.fits"
    fits.PrimaryHDU(np.full((2, 2), 1e300)).writeto(path)
    fails(path, "needed finite pixels; got 4 of 4 that are NaN or infinite")


def test_damaged_files(tmp_path, image):
    path = tmp_path / "i.fits"
    write_fits_image(path, np.zeros((100, 100), np.float32))
    path.write_bytes(path.read_bytes()[:8000])
    with pytest.raises(InputError, match=r"^\S+i\.fits: needed a whole FITS file; got '[^\n]+'$"):
        read_fits_image(path)
    path.write_bytes(b"")
    fails(path, "needed a whole FITS file; got 'Empty or corrupt FITS file'")
    path.write_bytes(b"galaxy" * 1000)
    with pytest.raises(InputError, match=r"^\S+i\.fits: needed a whole FITS file; got '[^\n]+'$"):
        read_fits_image(path)
    fails(tmp_path / "j.fits", "needed an image to read; got 'No such file or directory'")


def test_without_astropy_the_command_to_install_it_is_given(tmp_path, monkeypatch):
    monkeypatch.setitem(sys.modules, "astropy.io", None)
    message = (
        "FITS files: needed the package astropy; got none, install it with "
        "pip install 'galflux[fits]'"
    )
    with pytest.raises(InputError, match=f"^{re.escape(message)}$"):
        read_fits_image(tmp_path / "i.fits")


def test_real_stamps_load_and_fit(shared_data):
    path = shared_data / "real_aegis" / "AEGIS_F814w_images_01.fits"
    with fits.open(path) as units:
        stamps = [np.array(unit.data) for unit in units if unit.shape]
    image = read_fits_image(path)
    np.testing.assert_array_equal(image, stamps[0])
    fitted = fit_to_size(image, 143)
    assert fitted.shape == (143, 143)
    height, width = image.shape
    assert fitted[71, 71] == image[height // 2, width // 2]
