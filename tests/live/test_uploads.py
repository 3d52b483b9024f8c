"""Uploads: real stamps give numbers, everything else gives a sentence."""

import gzip

import numpy as np
import pytest
from PIL import Image

from galflux_edu.datasets import write_fits_image
from galflux_edu.datasets.images import write_image
from galflux_edu.errors import InputError
from galflux_edu.live.uploads import edge_sky, read_stamp


@pytest.fixture
def image():
    rng = np.random.default_rng(0)
    y, x = np.mgrid[-20:20, -20:20]
    return 100 * np.exp(-np.hypot(x, y) / 2) + 50 + rng.normal(size=(40, 40))


@pytest.mark.parametrize("suffix", [".png", ".fits", ".FITS"])
def test_a_stamp_comes_back_without_its_sky(tmp_path, image, suffix):
    path = tmp_path / f"stamp{suffix}"
    (write_image if suffix == ".png" else write_fits_image)(path, image)
    stamp = read_stamp(path.name, path.read_bytes())
    np.testing.assert_allclose(stamp.image, image - stamp.sky_level, atol=0.01)
    assert stamp.sky_level == pytest.approx(50, abs=0.3)
    assert stamp.sky_sigma == pytest.approx(1, rel=0.2)


def test_a_real_stamp_is_read(real_stamps):
    path = real_stamps / "AEGIS_F814w_images_01.fits"
    stamp = read_stamp(path.name, path.read_bytes())
    assert stamp.image.sum() > 100 * stamp.sky_sigma


def test_a_flat_image_has_some_sigma():
    assert edge_sky(np.ones((20, 20))) == (1.0, 1.0)


def _eight_bit(path):
    Image.fromarray(np.zeros((40, 40), np.uint8)).save(path)


@pytest.mark.parametrize(
    ("name", "data", "message"),
    [
        ("a.png", b"GIF89a", "a.png: needed a PNG image; got a file that is none"),
        ("a.fits", b"", "a.fits: needed a whole FITS file; got 'Empty or corrupt FITS file'"),
        (
            "a.fits",
            gzip.compress(bytes(10)),
            "a.fits: needed a file that is not compressed; got a compressed one",
        ),
        (
            "a.png",
            b"\x89PNG\r\n\x1a\n" + bytes(8) + b"\x00\x01\x00\x00\x00\x01\x00\x00",
            "a.png: needed an image of at most 1024 pixels on a side; got 65536x65536",
        ),
    ],
    # Bytes as names would differ between workers: gzip writes the time into its header.
    ids=["not a PNG", "empty", "compressed", "too large"],
)
def test_damage_gives_a_sentence(name, data, message):
    with pytest.raises(InputError) as caught:
        read_stamp(name, data)
    assert str(caught.value) == message


def test_a_photograph_gives_a_sentence(tmp_path):
    _eight_bit(tmp_path / "photo.png")
    with pytest.raises(
        InputError, match=r"^photo\.png: needed a 16-bit greyscale PNG; got 8-bit greyscale$"
    ):
        read_stamp("photo.png", (tmp_path / "photo.png").read_bytes())


def test_a_tiny_image_gives_a_sentence(tmp_path):
    write_fits_image(tmp_path / "tiny.fits", np.ones((4, 9)))
    with pytest.raises(
        InputError,
        match=r"^tiny\.fits: needed an image of 8 to 1024 pixels on a side; got 9x4$",
    ):
        read_stamp("tiny.fits", (tmp_path / "tiny.fits").read_bytes())
