import re

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from galflux_edu import sky
from galflux_edu.datasets import catalogue as module
from galflux_edu.datasets import generate_catalogue, read_catalogue, write_catalogue
from galflux_edu.datasets.catalogue import COLUMNS, check_catalogue
from galflux_edu.errors import InputError


def test_the_columns_are_those_of_the_real_file(shared_data):
    with (shared_data / "gal_morph_test.csv").open() as file:
        assert file.readline().strip().split(",") == list(COLUMNS)


def test_the_real_catalogue_is_valid_and_comes_back_exactly(shared_data, tmp_path):
    real = read_catalogue(shared_data / "gal_morph_test.csv")
    write_catalogue(real, tmp_path / "again.csv")
    pd.testing.assert_frame_equal(read_catalogue(tmp_path / "again.csv"), real, check_exact=True)
    assert len(real) == 10_000
    assert real["total_flux"].min() == 41.258
    assert real["file_name"][0] == "32643.fits"


def test_generated_catalogues_have_all_columns_in_order_and_type(catalogue):
    assert list(catalogue) == list(COLUMNS)
    assert list(catalogue["img_number"]) == list(range(12))
    assert catalogue["file_name"][11] == "000011.png"
    assert {str(catalogue[name].dtype) for name in COLUMNS} - {"str", "object"} == {
        "int64",
        "float64",
    }
    np.testing.assert_array_equal(catalogue["R_e"], sky.half_light_radius(catalogue))
    np.testing.assert_array_equal(catalogue["log_total_flux"], np.log10(catalogue["total_flux"]))
    np.testing.assert_array_equal(catalogue["bt"], catalogue["flux_frac_b"])


def test_generation_is_reproducible(catalogue):
    again = generate_catalogue(sky.survey("hsc"), 12, np.random.default_rng(1))
    pd.testing.assert_frame_equal(again, catalogue, check_exact=True)


def test_columns_of_single_galaxies_are_kept(tmp_path, catalogue):
    catalogue["psf_fwhm_arcsec"] = np.linspace(0.5, 1, 12)
    catalogue["note"] = ["", *"abcdefghijk"]
    catalogue["tile"] = range(12)
    write_catalogue(catalogue, tmp_path / "c.csv")
    back = read_catalogue(tmp_path / "c.csv")
    pd.testing.assert_frame_equal(back, catalogue, check_exact=True)


@settings(max_examples=50, deadline=None)
@given(st.floats(min_value=1e-300, max_value=1e300), st.floats(-1e9, 1e9))
def test_odd_floats_come_back_exactly(tmp_path_factory, radius, angle):
    path = tmp_path_factory.mktemp("odd") / "c.csv"
    frame = generate_catalogue(sky.survey("hsc"), 1, np.random.default_rng(0))
    frame["R_e_d"], frame["PA_d"] = radius, angle
    write_catalogue(frame, path)
    pd.testing.assert_frame_equal(read_catalogue(path), frame, check_exact=True)


def test_no_galaxies_cannot_be_generated():
    with pytest.raises(InputError, match=r"^number of galaxies: needed at least 1; got 0$"):
        generate_catalogue(sky.survey("hsc"), 0, np.random.default_rng(0))


FAULTS = [
    # column, row (from 1), what is put there, the whole message after "FILE, "
    ("sersic_idx_d", 2, 0.4, "needed a Sersic index from 0.5 to 6; got 0.4"),
    ("sersic_idx_b", 3, 6.5, "needed a Sersic index from 0.5 to 6; got 6.5"),
    ("R_e_d", 1, 0.0, "needed a finite number above 0; got 0.0"),
    ("R_e_b", 12, -1.5, "needed a finite number above 0; got -1.5"),
    ("R_e", 4, np.inf, "needed a finite number above 0; got inf"),
    ("axis_ratio_d", 5, 1.01, "needed an axis ratio above 0 and at most 1; got 1.01"),
    ("axis_ratio_b", 5, 0.0, "needed an axis ratio above 0 and at most 1; got 0.0"),
    ("PA_d", 6, np.nan, "needed a finite number; got nan"),
    ("flux_frac_d", 7, -0.1, "needed a fraction from 0 to 1; got -0.1"),
    ("total_flux", 8, np.nan, "needed a finite number above 0; got nan"),
    ("total_flux", 8, -5.0, "needed a finite number above 0; got -5.0"),
    ("num_components", 9, 3, "needed 1 or 2; got 3"),
    ("img_number", 9, -1, "needed a whole number from 0; got -1"),
    ("log_total_flux", 10, 9.0, "needed 3 (log10 of total_flux); got 9.0"),
    ("flux_frac_b", 10, 0.9, "needed 0.75 (1 - flux_frac_d); got 0.9"),
    ("bt", 10, 0.9, "needed 0.75 (the same as flux_frac_b); got 0.9"),
    ("num_components", 10, 1, None),
    ("file_name", 11, "000000.png", "needed a name of its own for every row; got '000000.png'"),
    ("file_name", 11, "", "needed the plain name of a file; got an empty cell"),
    ("file_name", 11, "../a.png", "needed the plain name of a file; got '../a.png'"),
    ("file_name", 11, ".hidden", "needed the plain name of a file; got '.hidden'"),
]


@pytest.mark.parametrize(("column", "row", "value", "message"), FAULTS)
def test_one_bad_value_is_pointed_at(catalogue, column, row, value, message):
    catalogue.loc[9, ["total_flux", "log_total_flux"]] = 1000.0, 3.0
    catalogue.loc[9, ["flux_frac_d", "flux_frac_b", "bt"]] = 0.25, 0.75, 0.75
    catalogue.loc[row - 1, column] = value
    at = f"c.csv, row {row}, column {column}: "
    if message is None:
        at = f"c.csv, row {row}, column flux_frac_b: "
        message = "needed 0, the bulge of a galaxy of one component; got 0.75"
    with pytest.raises(InputError, match=f"^{re.escape(at + message)}$"):
        check_catalogue(catalogue, "c.csv")


@pytest.mark.parametrize(
    ("text", "got"),
    [("bright", "'bright'"), ("", "an empty cell"), ("nan", "'nan'"), ("1e999", "'1e999'")],
)
def test_the_cell_of_the_file_is_quoted(tmp_path, catalogue, text, got):
    path = tmp_path / "c.csv"
    catalogue = catalogue.astype({"total_flux": object})
    catalogue.loc[3, "total_flux"] = text
    catalogue.to_csv(path, index=False)
    message = f"{path}, row 4, column total_flux: needed a finite number above 0; got {got}"
    with pytest.raises(InputError, match=f"^{re.escape(message)}$"):
        read_catalogue(path)


def test_all_missing_columns_are_named(tmp_path, catalogue):
    path = tmp_path / "c.csv"
    catalogue.drop(columns=["R_e", "bt", "log_total_flux"]).to_csv(path, index=False)
    message = (
        f"{path}: needed the 17 columns of the catalogue; got none called log_total_flux, R_e, bt"
    )
    with pytest.raises(InputError, match=f"^{re.escape(message)}$"):
        read_catalogue(path)


@pytest.mark.parametrize(
    ("content", "message"),
    [
        (",".join(COLUMNS) + "\n", "needed at least one row; got none"),
        ("", "needed a header and rows; got an empty file"),
        (b"\xff\xfe\x00", "needed a CSV table in UTF-8; got 'utf-8' codec can't decode"),
        ("a,b\n1,2\n1,2,3\n", "needed a CSV table in UTF-8; got Error tokenizing data."),
    ],
)
def test_files_that_are_no_catalogue(tmp_path, content, message):
    path = tmp_path / "c.csv"
    path.write_bytes(content if isinstance(content, bytes) else content.encode())
    with pytest.raises(InputError, match=f"^{re.escape(f'{path}: {message}')}"):
        read_catalogue(path)


def test_no_file_at_all(tmp_path):
    message = f"{tmp_path / 'c.csv'}: needed a catalogue to read; got 'No such file or directory'"
    with pytest.raises(InputError, match=f"^{re.escape(message)}$"):
        read_catalogue(tmp_path / "c.csv")


def test_a_faulty_catalogue_is_not_written(tmp_path, catalogue):
    path = tmp_path / "c.csv"
    write_catalogue(catalogue, path)
    before = path.read_bytes()
    catalogue.loc[0, "R_e"] = -1.0
    message = f"{path}, row 1, column R_e: needed a finite number above 0; got -1.0"
    with pytest.raises(InputError, match=f"^{re.escape(message)}$"):
        write_catalogue(catalogue, path)
    assert path.read_bytes() == before
    assert list(tmp_path.iterdir()) == [path]


def test_one_component_needs_no_bulge(catalogue):
    catalogue["num_components"] = 1
    catalogue[["flux_frac_b", "bt"]] = 0.0
    catalogue["flux_frac_d"] = 1.0
    assert len(check_catalogue(catalogue, "c.csv")) == 12


def test_every_column_has_a_rule_with_a_unit():
    assert {rule.unit for rule in module.COLUMNS.values()} == {
        "",
        "arcsec",
        "deg",
        "ADU",
        "dex(ADU)",
    }
