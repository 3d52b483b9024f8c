"""The command line from end to end, and every mistake it answers with one sentence."""

import json
import pickle
import shutil
import subprocess
import sys

import numpy as np
import pandas as pd
import pytest
from click.testing import CliRunner
from PIL import Image

from galflux_edu.cli import main
from galflux_edu.datasets import write_fits_image
from galflux_edu.datasets.checkpoint import load_checkpoint
from galflux_edu.engine import tree_map


def call(*arguments):
    return CliRunner().invoke(main, [str(a) for a in arguments])


def refuse(result, sentence):
    """Check for exit code 2, no traceback, and one sentence that contains `sentence`."""
    assert result.exit_code == 2, result.output
    assert result.exception is None or isinstance(result.exception, SystemExit)
    lines = [line for line in result.output.splitlines() if line.startswith("Error: ")]
    assert len(lines) == 1, result.output
    assert sentence in lines[0]


@pytest.fixture(scope="module")
def folder(tmp_path_factory):
    return tmp_path_factory.mktemp("cli")


@pytest.fixture(scope="module")
def data(folder):
    """Sixty simulated galaxies."""
    result = call("simulate", "--n", 60, "--out", folder / "sky", "--seed", 3)
    assert result.exit_code == 0, result.output
    assert "60 galaxies in" in result.output
    return folder / "sky"


@pytest.fixture(scope="module")
def run(folder, data):
    """A network after two steps: it knows little, but it is a network."""
    result = call("train", data, "--out", folder / "run", "--steps", 2, "--batch-size", 8)
    assert result.exit_code == 0, result.output
    assert "galflux evaluate" in result.output
    return folder / "run"


@pytest.fixture
def spoilt(tmp_path, data):
    """Return a function that copies the dataset and changes one thing about its catalogue."""

    def spoil(change):
        copy = tmp_path / "spoilt"
        shutil.copytree(data, copy)
        table = pd.read_csv(copy / "catalogue.csv")
        change(table).to_csv(copy / "catalogue.csv", index=False)
        return copy

    return spoil


def test_help_teaches():
    result = call("--help")
    assert result.exit_code == 0
    for name, command in main.commands.items():
        assert (f"\n  {name} " in result.output) is not command.hidden
        page = call(name, "--help")
        assert page.exit_code == 0
        assert page.output.startswith("Usage: ")


def test_evaluate_prints_a_table_writes_a_page_and_ends_with_json(run):
    result = call("evaluate", run, "--json")
    assert result.exit_code == 0, result.output
    assert "flux CNN" in result.output
    assert "sum of the pixels" in result.output
    metrics = json.loads(result.stdout.splitlines()[-1])
    assert set(metrics) == {"rows", "command", "seed", "seconds"}
    models = {row["model"] for row in metrics["rows"]}
    assert models == {"pixel-sum", "catalogue-linear", "flux-cnn", "cramer-rao-floor"}
    published = {r["model"]: r["published"] for r in metrics["rows"] if "published" in r}
    assert published == {"flux-cnn": 0.0388, "catalogue-linear": 0.17888}
    assert json.loads((run / "metrics.json").read_text()) == metrics
    assert (run / "report.html").stat().st_size > 100_000
    assert len(list((run / "figures").glob("*.png"))) == 5
    again = call("evaluate", run)
    assert "was evaluated before" in again.output


def test_predict_reads_png_and_fits_of_any_size(run, data, tmp_path):
    write_fits_image(tmp_path / "small.fits", np.ones((40, 51), np.float32))
    result = call("predict", run, data / "images" / "000000.png", tmp_path / "small.fits")
    assert result.exit_code == 0, result.output
    assert "143x143" in result.output
    assert "40x51" in result.output


def test_predict_reads_a_real_galaxy(run, real_stamps):
    result = call("predict", run, real_stamps / "AEGIS_F814w_images_01.fits")
    assert result.exit_code == 0, result.output


def test_the_same_seed_gives_the_same_survey(data, tmp_path):
    call("simulate", "--n", 60, "--out", tmp_path / "again", "--seed", 3)
    for name in ("catalogue.csv", "images/000059.png"):
        assert (tmp_path / "again" / name).read_bytes() == (data / name).read_bytes()


def test_a_catalogue_is_drawn_as_it_is(data, tmp_path):
    out = tmp_path / "drawn"
    result = call("simulate", "--catalogue", data / "catalogue.csv", "--out", out)
    assert result.exit_code == 0, result.output
    assert (out / "catalogue.csv").read_bytes() == (data / "catalogue.csv").read_bytes()


def test_training_goes_on_where_it_stopped(data, tmp_path):
    arguments = ("train", data, "--steps", 3, "--batch-size", 8, "--out")
    call(*arguments, tmp_path / "whole")
    call(*arguments, tmp_path / "halved")
    (tmp_path / "halved" / "model.npz").unlink()
    result = call(*arguments, tmp_path / "halved")
    assert result.exit_code == 0, result.output
    (whole, _), (halved, _) = (
        load_checkpoint(tmp_path / name / "model.npz") for name in ("whole", "halved")
    )
    tree_map(np.testing.assert_array_equal, whole, halved)


# --- mistakes: one sentence, exit code 2, nothing overwritten ---------------------------------


@pytest.mark.parametrize(
    ("change", "sentence"),
    [
        (lambda t: t.drop(columns="R_e_d"), "R_e_d"),
        (lambda t: t.assign(R_e_d=t["R_e_d"].astype(object).where(t.index != 4, "large")), "large"),
        (lambda t: t.assign(file_name=[*t["file_name"][:-1], t["file_name"][0]]), "file_name"),
        (lambda t: t.assign(file_name=t["file_name"].where(t.index != 4)), "file_name"),
        (lambda t: t.assign(file_name=t["file_name"].where(t.index != 4, "x.png")), "x.png"),
        (lambda t: t.iloc[:0], "catalogue.csv"),
        (lambda t: t.assign(total_flux=t["total_flux"].where(t.index != 4)), "total_flux"),
        (lambda t: t.assign(total_flux=t["total_flux"].where(t.index != 4, -1.0)), "total_flux"),
    ],
    ids=[
        "missing column", "wrong type", "duplicated file_name", "empty file_name",
        "missing file", "empty catalogue", "NaN flux", "negative flux",
    ],
)  # fmt: skip
def test_a_faulty_catalogue(spoilt, tmp_path, change, sentence):
    out = tmp_path / "run"
    refuse(call("train", spoilt(change), "--out", out, "--steps", 1), sentence)
    assert not out.exists()


def test_a_faulty_catalogue_is_not_drawn(spoilt, tmp_path):
    table = spoilt(lambda t: t.drop(columns=["R_e_d", "bt"])) / "catalogue.csv"
    refuse(call("simulate", "--catalogue", table, "--out", tmp_path / "new"), "R_e_d, bt")
    assert not (tmp_path / "new").exists()


def test_a_truncated_png(spoilt, tmp_path):
    copy = spoilt(lambda t: t)
    image = copy / "images" / "000007.png"
    image.write_bytes(image.read_bytes()[:5000])
    refuse(call("train", copy, "--out", tmp_path / "run"), "000007.png")


def test_an_rgb_png(run, tmp_path):
    Image.new("RGB", (143, 143)).save(tmp_path / "photo.png")
    refuse(call("predict", run, tmp_path / "photo.png"), "photo.png")


def test_an_image_of_another_size(spoilt, data, tmp_path):
    copy = spoilt(lambda t: t)
    other = tmp_path / "other"
    call("simulate", "--survey", "cs109b-v1", "--n", 1, "--out", other)
    shutil.copy(other / "images" / "000000.png", copy / "images" / "000007.png")
    refuse(call("train", copy, "--out", tmp_path / "run"), "64 x 64")


def test_another_survey_for_a_trained_network(run, tmp_path):
    other = tmp_path / "other"
    call("simulate", "--survey", "cs109b-v1", "--n", 2, "--out", other)
    refuse(call("evaluate", run, "--data", other), "143x143")


def test_a_fits_file_without_an_image(run, tmp_path):
    from astropy.io import fits

    table = fits.BinTableHDU.from_columns([fits.Column("x", "E", array=np.ones(3))])
    fits.HDUList([fits.PrimaryHDU(), table]).writeto(tmp_path / "table.fits")
    refuse(call("predict", run, tmp_path / "table.fits"), "table.fits")


def test_a_checkpoint_that_is_a_pickle(run, tmp_path):
    bad = tmp_path / "run"
    bad.mkdir()
    (bad / "model.npz").write_bytes(pickle.dumps({"params": print}))
    refuse(call("evaluate", bad), "model.npz")


def test_a_checkpoint_of_another_architecture(run, tmp_path):
    bad = tmp_path / "run"
    shutil.copytree(run, bad)
    with np.load(bad / "model.npz") as file:
        arrays = dict(file)
    name = next(n for n in arrays if "0_convrelupool2d" in n and n.endswith("weight"))
    arrays[name] = arrays[name][..., :6]
    np.savez(bad / "model.npz", **arrays)
    refuse(call("predict", bad, bad / "model.npz"), "0_convrelupool2d")


def test_a_folder_that_is_not_a_run(tmp_path):
    refuse(call("evaluate", tmp_path), "model.npz")


def test_a_finished_run_is_not_overwritten(run, data):
    before = (run / "model.npz").read_bytes()
    refuse(call("train", data, "--out", run, "--steps", 5), "finished run")
    assert (run / "model.npz").read_bytes() == before


def test_a_dataset_is_not_overwritten(data):
    before = (data / "catalogue.csv").read_bytes()
    refuse(call("simulate", "--n", 2, "--out", data), "new or empty folder")
    assert (data / "catalogue.csv").read_bytes() == before


def test_a_file_in_the_way(tmp_path):
    (tmp_path / "file").write_text("precious")
    refuse(call("simulate", "--n", 2, "--out", tmp_path / "file" / "sky"), "file")
    assert (tmp_path / "file").read_text() == "precious"


@pytest.mark.parametrize(
    ("arguments", "sentence"),
    [
        (("--n", 0), "needed at least 1; got 0"),
        (("--n", -3), "needed at least 1; got -3"),
        ((), "needed either --n or --catalogue"),
        (("--survey", "sdss", "--n", 3), "needed one of hsc, hsc-noisy"),
        (("--n", 3, "--sky-sigma-adu", -1), "sky_sigma_adu: needed a number above 0"),
        (("--n", 3, "--seed", -1), "seed: needed 0 or more; got -1"),
    ],
)
def test_simulate_refuses(tmp_path, arguments, sentence):
    refuse(call("simulate", "--out", tmp_path / "sky", *arguments), sentence)
    assert not (tmp_path / "sky").exists()


@pytest.mark.parametrize(
    ("arguments", "sentence"),
    [
        (("--model", "resnet"), "needed one of flux-cnn"),
        (("--epochs", 0), "epochs: needed at least 1; got 0"),
        (("--batch-size", 0), "batch_size: needed at least 1; got 0"),
        (("--dropout", 1), "dropout: needed a rate in [0, 1)"),
        (("--learning-rate", 0), "learning rate: needed a number above 0"),
    ],
)
def test_train_refuses(data, tmp_path, arguments, sentence):
    refuse(call("train", data, "--out", tmp_path / "run", *arguments), sentence)


def test_the_installed_command_refuses_without_a_traceback():
    done = subprocess.run(
        [sys.executable, "-m", "galflux_edu.cli", "simulate", "--n", "0", "--out", "nowhere"],
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 2
    assert done.stderr == "Error: number of galaxies: needed at least 1; got 0\n"
