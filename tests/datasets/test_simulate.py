"""Images on disk without image files, and the same galaxies under a brighter sky."""

import numpy as np
import pytest

from galflux_edu import sky
from galflux_edu.datasets import generate_catalogue
from galflux_edu.datasets.simulate import (
    add_sky_noise,
    fingerprint,
    simulate_in_memory,
    simulate_to_memmap,
    survey_metadata,
)
from galflux_edu.errors import InputError

SURVEY = sky.survey("hsc").with_stamp(32)


@pytest.fixture(scope="module")
def catalogue():
    return generate_catalogue(SURVEY, 40, np.random.default_rng(3))


def draw(folder, catalogue, seed=3):
    return simulate_to_memmap(folder, SURVEY, catalogue, seed, "numpy", progress=False)


def test_the_map_holds_what_memory_would(tmp_path, catalogue):
    mapped = draw(tmp_path / "sky", catalogue)
    held = simulate_in_memory(SURVEY, 40, 3, "numpy", progress=False)
    assert isinstance(mapped.counts, np.memmap)
    np.testing.assert_array_equal(mapped.counts, held.counts)
    np.testing.assert_array_equal(mapped.step_adu, held.step_adu)


def test_what_is_there_is_opened_and_what_differs_is_drawn_again(tmp_path, catalogue):
    first = draw(tmp_path / "sky", catalogue)
    written = (tmp_path / "sky" / "counts.npy").stat().st_mtime_ns
    draw(tmp_path / "sky", catalogue)
    assert (tmp_path / "sky" / "counts.npy").stat().st_mtime_ns == written
    other = draw(tmp_path / "sky", catalogue, seed=4)
    assert (tmp_path / "sky" / "counts.npy").stat().st_mtime_ns > written
    assert not np.array_equal(other.images(), first.images())


def test_what_is_there_is_known_by_its_numbers(catalogue):
    metadata = survey_metadata(SURVEY)
    mark = fingerprint(catalogue, metadata)
    assert fingerprint(catalogue, metadata | {"assumption": "the same in other words"}) == mark
    assert fingerprint(catalogue, metadata | {"sky_sigma_adu": 0.06}) != mark
    assert fingerprint(catalogue[:-1], metadata) != mark
    assert fingerprint(catalogue.assign(bt=0.5), metadata) != mark


def test_a_brighter_sky_adds_just_its_noise(tmp_path, catalogue):
    quiet = draw(tmp_path / "quiet", catalogue)
    rows = np.arange(5, 35)
    noisy = add_sky_noise(tmp_path / "noisy", quiet, rows, 1.4, seed=3, progress=False)
    more = noisy.images() - quiet.images(rows)
    expected = np.sqrt(1.4**2 - 0.05**2)
    # 30,720 pixels: their standard deviation is known to 0.4 %.
    assert np.std(more) == pytest.approx(expected, rel=0.025)
    assert abs(np.mean(more)) < 5 * expected / np.sqrt(more.size)
    assert noisy.metadata["sky_sigma_adu"] == 1.4
    assert "changed here: sky_sigma_adu 1.4" in noisy.metadata["assumption"]
    assert noisy.catalogue["total_flux"].tolist() == catalogue["total_flux"][5:35].tolist()


def test_a_sky_cannot_become_darker(tmp_path, catalogue):
    quiet = draw(tmp_path / "quiet", catalogue)
    message = r"^sky sigma: needed at least the 0\.05 ADU it has; got 0\.01$"
    with pytest.raises(InputError, match=message):
        add_sky_noise(tmp_path / "dark", quiet, np.arange(3), 0.01, seed=0)
