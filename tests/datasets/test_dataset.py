import errno
import json
import re
import tracemalloc
from pathlib import Path

import array_api_strict
import jax
import jax.numpy as jnp
import numpy as np
import pandas as pd
import pytest

from galflux_edu import datasets, sky
from galflux_edu.datasets import cache, open_dataset, to_adu, write_dataset
from galflux_edu.errors import InputError

FACTS = {"sky_sigma_adu": 1.4}


def files_under(path):
    return {p.relative_to(path): p.read_bytes() for p in path.rglob("*") if p.is_file()}


def fails(path, message):
    with pytest.raises(InputError, match=f"^{re.escape(message)}$"):
        open_dataset(path, progress=False)


def built(monkeypatch):
    """Return a list that grows whenever images are decoded."""
    calls = []
    read = datasets.dataset.blocks.read_images
    monkeypatch.setattr(
        datasets.dataset.blocks, "read_images", lambda *a: calls.append(1) or read(*a)
    )
    return calls


def test_what_is_written_is_opened(tmp_path, catalogue, images):
    batches = (images[:5].astype(np.float32), jnp.asarray(images[5:8]), images[8:])
    metadata = {"survey": "hsc", "seed": 3, "sky_sigma_adu": 1.4, "psf": {"beta": 2.5}}
    made = write_dataset(tmp_path / "new" / "data", catalogue, batches, metadata, progress=False)
    opened = open_dataset(tmp_path / "new" / "data", progress=False)
    for data in (made, opened):
        pd.testing.assert_frame_equal(data.catalogue, catalogue, check_exact=True)
        assert data.metadata == metadata
        assert data.counts.dtype == np.uint16
        assert isinstance(data.counts, np.memmap)
        assert len(data) == 12
        assert data.unlisted_files == 0
        assert data.images().dtype == np.float32
        error = np.abs(data.images() - images)
        assert np.all(error <= data.step_adu[:, None, None] / 2 + 1e-5)
    np.testing.assert_array_equal(made.counts, opened.counts)


def test_the_counts_are_those_of_the_files(folder):
    data = open_dataset(folder, progress=False)
    for row, name in enumerate(data.catalogue["file_name"]):
        counts, offset, step = datasets.images.read_counts(folder / "images" / name)
        np.testing.assert_array_equal(data.counts[row], counts)
        assert (data.offset_adu[row], data.step_adu[row]) == (offset, step)


def test_writing_fills_the_cache_and_decoding_makes_the_same(folder, monkeypatch):
    calls = built(monkeypatch)
    first = open_dataset(folder, progress=False)
    assert calls == []
    for path in (folder / "cache").iterdir():
        path.unlink()
    again = open_dataset(folder, progress=False)
    assert calls == [1]
    np.testing.assert_array_equal(again.counts, first.counts)
    np.testing.assert_array_equal(again.offset_adu, first.offset_adu)
    np.testing.assert_array_equal(again.step_adu, first.step_adu)
    open_dataset(folder, progress=False)
    assert calls == [1]


def test_a_changed_image_is_decoded_again(folder, monkeypatch):
    calls = built(monkeypatch)
    datasets.write_image(folder / "images" / "000004.png", np.full((6, 5), 7.0))
    assert np.all(open_dataset(folder, progress=False).images(np.array([4])) == 7)
    assert calls == [1]


def test_shuffled_rows_find_their_images(folder, images, monkeypatch):
    order = np.random.default_rng(0).permutation(12)[:7]
    frame = datasets.read_catalogue(folder / "catalogue.csv").iloc[order]
    datasets.write_catalogue(frame, folder / "catalogue.csv")
    calls = built(monkeypatch)
    data = open_dataset(folder, progress=False)
    assert calls == [1]
    assert data.catalogue["img_number"].tolist() == order.tolist()
    np.testing.assert_allclose(data.images(), images[order], atol=0.05)
    assert data.unlisted_files == 5


def test_other_columns_may_change_without_decoding(folder, monkeypatch):
    frame = datasets.read_catalogue(folder / "catalogue.csv").assign(note="seen")
    datasets.write_catalogue(frame, folder / "catalogue.csv")
    calls = built(monkeypatch)
    assert open_dataset(folder, progress=False).catalogue["note"][0] == "seen"
    assert calls == []


@pytest.mark.parametrize("name", ["counts.npy", "scale.npy", "fingerprint.txt"])
def test_a_damaged_cache_is_made_again(folder, name, monkeypatch):
    path = folder / "cache" / name
    path.write_bytes(path.read_bytes()[:-7])
    calls = built(monkeypatch)
    assert open_dataset(folder, progress=False).images().shape == (12, 6, 5)
    assert calls == [1]


def test_a_read_only_folder_gets_a_temporary_cache(folder, images, monkeypatch):
    calls = built(monkeypatch)
    for path in (folder / "cache").iterdir():
        path.unlink()
    (folder / "cache").rmdir()
    before = files_under(folder)
    monkeypatch.setattr(cache.os, "access", lambda path, mode: path != folder)
    data = open_dataset(folder, progress=False)
    np.testing.assert_allclose(data.images(), images, atol=0.05)
    assert isinstance(data.counts, np.memmap)
    assert files_under(folder) == before
    open_dataset(folder, progress=False)
    assert calls == [1, 1]


def test_no_room_for_a_temporary_cache_either(folder, monkeypatch):
    def refuse():
        raise OSError(errno.ENOSPC, "No space left on device")

    (folder / "cache" / "fingerprint.txt").unlink()
    monkeypatch.setattr(cache.os, "access", lambda path, mode: path != folder)
    monkeypatch.setattr(cache.tempfile, "TemporaryFile", refuse)
    place = cache.tempfile.gettempdir()
    fails(folder, f"{place}: needed room and permission to write; got 'No space left on device'")


def test_rows_of_inputs_are_fetched_when_asked_for(folder, images):
    data = open_dataset(folder, progress=False)
    train = data.inputs(np.array([9, 2, 4]))
    assert train["counts"].shape == (3, 6, 5)
    assert train["counts"].dtype == np.uint16
    assert len(train["counts"]) == 3
    assert train["offset"].dtype == train["step"].dtype == np.float32
    batch = {name: value[np.array([2, 0])] for name, value in train.items()}
    np.testing.assert_allclose(to_adu(batch)[..., 0], images[[4, 9]], atol=0.05)
    np.testing.assert_allclose(data.images(np.array([4, 9])), images[[4, 9]], atol=0.05)
    np.testing.assert_array_equal(data.images(slice(3, 5)), data.images()[3:5])


def test_opening_and_a_batch_take_no_memory_for_the_rest(tmp_path, catalogue):
    many = pd.concat([catalogue] * 25, ignore_index=True)
    many["file_name"] = [f"{i}.png" for i in range(300)]
    batches = (np.zeros((10, 143, 143), np.float32) for _ in range(30))
    write_dataset(tmp_path / "data", many, batches, FACTS, progress=False)
    whole = 300 * 143 * 143 * 2
    tracemalloc.start()
    data = open_dataset(tmp_path / "data", progress=False)
    train = data.inputs(np.arange(200))
    {name: value[np.arange(16)] for name, value in train.items()}
    _, peak = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    assert peak < whole / 5


@pytest.mark.parametrize("dtype", ["float32", "float64"])
def test_to_adu_is_the_same_on_every_engine(dtype):
    rng = np.random.default_rng(0)
    counts = rng.integers(0, 65536, (3, 4, 5)).astype(np.uint16)
    offset, step = rng.normal(size=3).astype(dtype), rng.uniform(0.1, 1, 3).astype(dtype)
    expected = offset[:, None, None, None] + step[:, None, None, None] * counts[..., None]
    for asarray in (np.asarray, array_api_strict.asarray, jnp.asarray):
        inputs = {
            "counts": asarray(counts),
            "offset": asarray(offset),
            "step": asarray(step),
        }
        got = to_adu(inputs)
        assert got.shape == (3, 4, 5, 1)
        assert str(got.dtype).endswith(dtype)
        np.testing.assert_allclose(np.asarray(got), expected, rtol=2e-7)
    np.testing.assert_allclose(jax.jit(to_adu)(inputs), expected, rtol=2e-6, atol=1e-3)


def test_images_too_bright_for_their_noise_are_counted(tmp_path, catalogue):
    images = np.zeros((12, 4, 4))
    images[:, 0, 0] = 1000
    images[:5, 0, 0] = 10_000
    data = write_dataset(tmp_path / "a", catalogue, [images], {"sky_sigma_adu": 0.05}, False)
    assert data.count_coarse() == 5
    assert write_dataset(tmp_path / "b", catalogue, [images], {}, False).count_coarse() == 0
    catalogue["sky_sigma_adu"] = np.where(np.arange(12) < 3, 0.05, 10.0)
    assert write_dataset(tmp_path / "c", catalogue, [images], FACTS, False).count_coarse() == 3


def test_fits_images_are_read_like_png(tmp_path, catalogue, images):
    pytest.importorskip("astropy", reason="astropy (the extra fits) is not installed")
    catalogue["file_name"] = [f"{i}.fits" for i in range(11)] + ["11.png"]
    (tmp_path / "images").mkdir()
    datasets.write_catalogue(catalogue, tmp_path / "catalogue.csv")
    (tmp_path / "survey.json").write_text(json.dumps(FACTS))
    for i in range(11):
        datasets.write_fits_image(tmp_path / "images" / f"{i}.fits", images[i])
    datasets.write_image(tmp_path / "images" / "11.png", images[11], 1.4)
    data = open_dataset(tmp_path, progress=False)
    np.testing.assert_allclose(data.images(), images, atol=1.4 / 32 + 1e-5)
    np.testing.assert_allclose(data.step_adu, 1.4 / 16)
    datasets.write_fits_image(tmp_path / "images" / "3.fits", images[3][:4])
    path = tmp_path / "images" / "3.fits"
    fails(tmp_path, f"{path}: needed an image of 6 x 5 pixels; got 4 x 5")


def test_files_of_another_ending_become_png(tmp_path, catalogue, images):
    catalogue["file_name"] = [f"{i}.fits" for i in range(12)]
    data = write_dataset(tmp_path / "data", catalogue, [images], FACTS, progress=False)
    assert data.catalogue["file_name"].tolist() == [f"{i}.png" for i in range(12)]
    assert catalogue["file_name"][0] == "0.fits"
    catalogue.loc[1, "file_name"] = "0.png"
    path = tmp_path / "again" / "catalogue.csv"
    message = (
        f"{path}, row 2, column file_name: needed a name of its own for every row; got '0.png'"
    )
    with pytest.raises(InputError, match=f"^{re.escape(message)}$"):
        write_dataset(tmp_path / "again", catalogue, [images], FACTS, progress=False)


def test_the_real_catalogue_can_be_drawn(tmp_path, shared_data):
    real = datasets.read_catalogue(shared_data / "gal_morph_test.csv")[:20]
    survey = sky.survey("hsc")
    images = survey.render({name: real[name].to_numpy() for name in real}, "numpy")
    data = write_dataset(tmp_path / "data", real, [images], FACTS, progress=False)
    assert data.catalogue["file_name"][0] == "32643.png"
    step = data.step_adu[:, None, None]
    assert np.all(np.abs(data.images() - images) <= step / 2 + 1e-6 * np.abs(images))


@pytest.mark.parametrize(
    ("batches", "got"), [([12, 1], "more"), ([5, 6], "11"), ([], "0"), ([13], "more")]
)
def test_there_must_be_one_image_a_row(tmp_path, catalogue, batches, got):
    images = [np.zeros((n, 3, 3)) for n in batches]
    message = f"write_dataset: needed 12 images, one a row; got {got}"
    with pytest.raises(ValueError, match=f"^{message}$"):
        write_dataset(tmp_path / "data", catalogue, images, FACTS, progress=False)
    assert list(tmp_path.iterdir()) == []


def test_there_must_be_one_size(tmp_path, catalogue):
    images = [np.zeros((6, 3, 3)), np.zeros((6, 4, 4))]
    message = re.escape("images: needed one size, (3, 3); got also (4, 4)")
    with pytest.raises(ValueError, match=f"^{message}$"):
        write_dataset(tmp_path / "data", catalogue, images, FACTS, progress=False)
    assert list(tmp_path.iterdir()) == []


def test_pixels_must_be_finite(tmp_path, catalogue):
    message = "quantise: needed finite pixel values; got 108 NaN or infinite"
    with pytest.raises(ValueError, match=f"^{message}$"):
        write_dataset(tmp_path / "d", catalogue, [np.full((12, 3, 3), np.nan)], FACTS, False)
    assert list(tmp_path.iterdir()) == []


def test_nothing_is_overwritten(folder, catalogue, images):
    before = files_under(folder)
    message = f"{folder}: needed a new or empty folder; got one that holds files already"
    with pytest.raises(InputError, match=f"^{re.escape(message)}$"):
        write_dataset(folder, catalogue, [images], FACTS, progress=False)
    assert files_under(folder) == before
    assert list(folder.parent.iterdir()) == [folder]


@pytest.mark.parametrize("after", [0, 5, 11])
def test_a_full_disk_leaves_nothing_behind(tmp_path, catalogue, images, monkeypatch, after):
    written = []
    write = Path.write_bytes

    def refuse(path, data):
        written.append(path)
        if len(written) > after:
            raise OSError(errno.ENOSPC, "No space left on device")
        return write(path, data)

    monkeypatch.setattr(Path, "write_bytes", refuse)
    message = (
        f"{tmp_path / 'data'}: needed room and permission to write; got 'No space left on device'"
    )
    with pytest.raises(InputError, match=f"^{re.escape(message)}$"):
        write_dataset(tmp_path / "data", catalogue, [images], FACTS, progress=False)
    assert list(tmp_path.iterdir()) == []


def test_a_real_limit_of_the_system_leaves_nothing_behind(tmp_path, catalogue):
    resource = pytest.importorskip("resource", reason="limits on file size are a matter of POSIX")
    soft, hard = resource.getrlimit(resource.RLIMIT_FSIZE)
    images = np.zeros((12, 143, 143))  # small PNGs, and a cache beyond the limit
    resource.setrlimit(resource.RLIMIT_FSIZE, (100_000, hard))
    try:
        with pytest.raises(
            InputError, match=r"^\S+data\S*: needed room and permission to write; got '[\w ]+'$"
        ):
            write_dataset(tmp_path / "data", catalogue, [images], FACTS, progress=False)
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, (soft, hard))
    assert list(tmp_path.iterdir()) == []


def test_a_folder_that_cannot_be_made(tmp_path, catalogue, images):
    (tmp_path / "file").write_text("here")
    folder = tmp_path / "file" / "data"
    with pytest.raises(
        InputError,
        match=f"^{re.escape(str(folder))}: needed room and permission to write; got '.+'$",
    ):
        write_dataset(folder, catalogue, [images], FACTS, progress=False)
    assert (tmp_path / "file").read_text() == "here"


def test_a_missing_image_is_pointed_at(folder):
    (folder / "images" / "000003.png").unlink()
    at = f"{folder / 'catalogue.csv'}, row 4, column file_name: needed a PNG or FITS file in "
    at += f"{folder / 'images'}; got '000003.png', which is not there"
    fails(folder, at)
    (folder / "images" / "000007.png").unlink()
    fails(folder, f"{at} and 1 more not there")


def test_files_without_a_row_are_counted(folder):
    for name in ("extra.png", "extra.fits", "notes.txt"):
        (folder / "images" / name).write_text("")
    assert open_dataset(folder, progress=False).unlisted_files == 2


def test_an_image_of_another_size(folder):
    path = folder / "images" / "000005.png"
    datasets.write_image(path, np.zeros((5, 6)))
    fails(folder, f"{path}: needed an image of 6 x 5 pixels; got 5 x 6")


def test_a_truncated_image_leaves_the_old_cache(folder):
    path = folder / "images" / "000005.png"
    before = files_under(folder / "cache")
    path.write_bytes(path.read_bytes()[:-20])
    fails(folder, f"{path}: needed a whole PNG image; got a truncated one")
    assert files_under(folder / "cache") == before


@pytest.mark.parametrize(
    ("text", "got"),
    [
        ("[1]", "list"),
        ("{", "'Expecting property name enclosed in double quotes: line 1 column 2 (char 1)'"),
    ],
)
def test_metadata_that_are_none(folder, text, got):
    path = folder / "survey.json"
    path.write_text(text)
    fails(folder, f"{path}: needed a JSON object; got {got}")
    path.unlink()
    assert open_dataset(folder, progress=False).metadata == {}


@pytest.mark.parametrize(("sigma", "got"), [("null", "None"), ("-1", "-1"), ('"low"', "'low'")])
def test_a_sky_that_is_no_number(folder, sigma, got):
    path = folder / "survey.json"
    path.write_text(f'{{"sky_sigma_adu": {sigma}}}')
    fails(folder, f"{path}, sky_sigma_adu: needed a finite number from 0; got {got}")


def test_a_catalogue_without_names_is_not_written(tmp_path, catalogue, images):
    message = (
        f"{tmp_path / 'data' / 'catalogue.csv'}: needed the 17 columns of the catalogue; "
        "got none called file_name"
    )
    with pytest.raises(InputError, match=f"^{re.escape(message)}$"):
        write_dataset(tmp_path / "data", catalogue.drop(columns="file_name"), [images], {}, False)
    assert list(tmp_path.iterdir()) == []


def test_no_dataset(tmp_path, catalogue):
    fails(
        tmp_path,
        f"{tmp_path / 'catalogue.csv'}: needed a catalogue to read; "
        "got 'No such file or directory'",
    )
    datasets.write_catalogue(catalogue, tmp_path / "catalogue.csv")
    fails(
        tmp_path,
        f"{tmp_path / 'images'}: needed a folder of images; got 'No such file or directory'",
    )


def test_progress_is_shown_on_request(tmp_path, catalogue, images, capsys):
    write_dataset(tmp_path / "a", catalogue, [images], FACTS, progress=False)
    assert capsys.readouterr() == ("", "")
    write_dataset(tmp_path / "b", catalogue, [images], FACTS)
    out, err = capsys.readouterr()
    assert out == ""
    assert "writing images: 100%" in err
