import re
import zlib

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra import numpy as hnp
from PIL import Image, PngImagePlugin

from galflux_edu.datasets import fit_to_size, quantise, read_image, write_image
from galflux_edu.datasets.images import encode_png, read_counts
from galflux_edu.errors import InputError

VALUES = st.floats(-1e300, 1e300) | st.sampled_from([0.0, -0.0, 5e-324, -1e-310, 1e15, 1e15 + 1])


def assert_within_half_a_step(back, image, step):
    rounding = 4 * np.finfo(np.float64).eps * np.max(np.abs(image), axis=(-2, -1), keepdims=True)
    assert np.all(np.abs(back - image) <= step / 2 + rounding)


@settings(max_examples=200, deadline=None)
@given(
    hnp.arrays(np.float64, hnp.array_shapes(min_dims=3, max_dims=3, max_side=4), elements=VALUES),
    st.floats(0, 1e6),
)
def test_any_values_come_back_within_half_a_step(images, sigma):
    counts, offset, step = quantise(images, sigma)
    back = offset[:, None, None] + step[:, None, None] * counts
    assert counts.dtype == np.uint16
    assert_within_half_a_step(back, images, step[:, None, None])


@settings(max_examples=100, deadline=None)
@given(
    hnp.arrays(np.float64, hnp.array_shapes(min_dims=2, max_dims=2, max_side=6), elements=VALUES)
)
def test_any_image_comes_back_from_its_file_within_half_a_step(tmp_path_factory, image):
    path = tmp_path_factory.mktemp("image") / "i.png"
    step = write_image(path, image)
    back = read_image(path)
    assert back.shape == image.shape
    assert_within_half_a_step(back, image, step)


def test_the_step_is_a_sixteenth_of_the_noise_where_the_range_allows():
    noise = np.random.default_rng(0).normal(0, 1.4, (1, 50, 50))
    assert quantise(noise, 1.4)[2] == 1.4 / 16


def test_a_bright_galaxy_takes_the_whole_range():
    image = np.zeros((1, 9, 9))
    image[0, 4, 4] = 30000
    counts, _, step = quantise(image, 0.05)
    assert step == 30000 / 65535
    assert counts.max() == 65535


def test_each_image_has_its_own_sky(tmp_path):
    images = np.random.default_rng(0).normal(0, 1, (2, 9, 9))
    _, _, step = quantise(images, np.array([16.0, 32.0]))
    np.testing.assert_array_equal(step, [1.0, 2.0])


def test_the_rounding_is_invisible_beside_the_noise():
    noise = np.random.default_rng(0).normal(0, 1.0, (1, 400, 400))
    counts, offset, step = quantise(noise, 1.0)
    error = offset + step * counts - noise
    assert np.isclose(error.var(), step**2 / 12, rtol=0.02)


def test_values_that_are_not_finite():
    images = np.array([[[np.nan, 1.0, np.inf]]])
    message = "quantise: needed finite pixel values; got 2 NaN or infinite"
    with pytest.raises(ValueError, match=f"^{message}$"):
        quantise(images)


def test_the_scale_stands_in_the_text_chunks(tmp_path):
    path = tmp_path / "i.png"
    write_image(path, np.array([[-0.1, 0.2]]))
    with Image.open(path) as image:
        assert image.mode == "I;16"
        assert float(image.text["galflux:offset_adu"]) == -0.1
        assert float(image.text["galflux:step_adu"]) == (0.2 + 0.1) / 65535
    assert b"tEXt" in path.read_bytes()


def test_reading_returns_the_counts_that_were_written(tmp_path):
    path = tmp_path / "i.png"
    counts = np.random.default_rng(0).integers(0, 65536, (7, 5)).astype(np.uint16)
    path.write_bytes(encode_png(counts, 1 / 3, 0.1))
    back, offset, step = read_counts(path)
    np.testing.assert_array_equal(back, counts)
    assert (offset, step) == (1 / 3, 0.1)


@pytest.fixture
def png(tmp_path):
    path = tmp_path / "i.png"
    write_image(path, np.random.default_rng(0).normal(0, 1, (40, 30)), 1.0)
    return path


def fails(path, message, **options):
    with pytest.raises(InputError, match=f"^{re.escape(f'{path}: {message}')}$"):
        read_image(path, **options)


def test_another_size(png):
    fails(png, "needed an image of 143 x 143 pixels; got 40 x 30", pixels=143)


@pytest.mark.parametrize("keep", [20, 40, 90, 200, 1000, -20, -1])
def test_a_truncated_file(png, keep):
    png.write_bytes(png.read_bytes()[:keep])
    fails(png, "needed a whole PNG image; got a truncated one")


def test_a_flipped_bit(png):
    data = bytearray(png.read_bytes())
    data[len(data) // 2] ^= 1
    png.write_bytes(data)
    with pytest.raises(
        InputError, match=r"^\S+i\.png: needed a whole PNG image; got a damaged one \([^\n]+\)$"
    ):
        read_image(png)


@pytest.mark.parametrize(
    ("mode", "kind"),
    [
        ("RGB", "8-bit RGB"),
        ("L", "8-bit greyscale"),
        ("RGBA", "8-bit RGB and alpha"),
        ("P", "1-bit palette"),
        ("1", "1-bit greyscale"),
    ],
)
def test_another_kind_of_png(tmp_path, mode, kind):
    path = tmp_path / "i.png"
    Image.new(mode, (8, 8)).save(path)
    fails(path, f"needed a 16-bit greyscale PNG; got {kind}")


def test_colours_of_16_bits_are_called_what_they_are(tmp_path):
    def chunk(kind, data):
        check = zlib.crc32(kind + data).to_bytes(4, "big")
        return len(data).to_bytes(4, "big") + kind + data + check

    header = (1).to_bytes(4, "big") * 2 + bytes([16, 2, 0, 0, 0])
    path = tmp_path / "i.png"
    path.write_bytes(
        b"\x89PNG\r\n\x1a\n"
        + chunk(b"IHDR", header)
        + chunk(b"IDAT", zlib.compress(bytes(7)))
        + chunk(b"IEND", b"")
    )
    fails(path, "needed a 16-bit greyscale PNG; got 16-bit RGB")


@pytest.mark.parametrize(
    ("chunks", "got"),
    [
        ({}, "neither"),
        ({"galflux:step_adu": "0.1"}, "galflux:step_adu='0.1'"),
        (
            {"galflux:offset_adu": "0.0", "galflux:step_adu": "-1.0"},
            "galflux:offset_adu='0.0' and galflux:step_adu='-1.0'",
        ),
        (
            {"galflux:offset_adu": "much", "galflux:step_adu": "1.0"},
            "galflux:offset_adu='much' and galflux:step_adu='1.0'",
        ),
        (
            {"galflux:offset_adu": "nan", "galflux:step_adu": "1.0"},
            "galflux:offset_adu='nan' and galflux:step_adu='1.0'",
        ),
    ],
)
def test_counts_of_unknown_meaning(tmp_path, chunks, got):
    path = tmp_path / "i.png"
    text = PngImagePlugin.PngInfo()
    for key, value in chunks.items():
        text.add_text(key, value)
    Image.fromarray(np.zeros((4, 4), np.uint16)).save(path, pnginfo=text)
    fails(
        path,
        "needed the text chunks galflux:offset_adu and galflux:step_adu, which say what its "
        f"counts mean; got {got}",
    )


@pytest.mark.parametrize("suffix", [".jpg", ".gif"])
def test_other_formats(tmp_path, suffix):
    path = tmp_path / f"i{suffix}"
    Image.new("L", (8, 8)).save(path)
    fails(path, "needed a PNG image; got a file that is none")


def test_no_image_at_all(tmp_path):
    (tmp_path / "i.png").write_text("galaxy")
    fails(tmp_path / "i.png", "needed a PNG image; got a file that is none")
    fails(tmp_path / "j.png", "needed an image to read; got 'No such file or directory'")
    fails(tmp_path, "needed an image to read; got 'Is a directory'")


@pytest.mark.parametrize("size", [1, 2, 3, 4, 7, 8])
@pytest.mark.parametrize("pixels", [1, 2, 3, 4, 7, 8])
def test_the_centre_stays_the_centre(size, pixels):
    image = np.zeros((size, size))
    image[size // 2, size // 2] = 1
    fitted = fit_to_size(image, pixels)
    assert fitted.shape == (pixels, pixels)
    assert fitted[pixels // 2, pixels // 2] == 1
    assert fitted.sum() == 1


def test_fitting_crops_one_side_and_pads_the_other():
    image = np.arange(1, 13, dtype=np.float32).reshape(2, 6)
    np.testing.assert_array_equal(
        fit_to_size(image, 4), [[0, 0, 0, 0], [2, 3, 4, 5], [8, 9, 10, 11], [0, 0, 0, 0]]
    )
    assert fit_to_size(image, 4).dtype == np.float32


def test_a_size_of_nothing():
    message = "fit_to_size: needed a size of at least 1 pixel; got 0"
    with pytest.raises(ValueError, match=f"^{message}$"):
        fit_to_size(np.zeros((3, 3)), 0)
