"""PHYS378 at a tiny scale: every row, every picture, and what a killed run leaves behind."""

import json
import re
import shutil
import subprocess
import sys
import time
from dataclasses import replace

import numpy as np
import pytest
from click.testing import CliRunner

from galflux_edu.cli import main
from galflux_edu.errors import InputError
from galflux_edu.flux import train_flux
from galflux_edu.metrics import mse
from galflux_edu.workflows import phys378
from galflux_edu.workflows.phys378 import stages
from galflux_edu.workflows.phys378.data import galaxies_for
from galflux_edu.workflows.phys378.protocol import (
    COURSE_BEST,
    Training,
    collapse_name,
    collapsed_name,
    plan,
    published_name,
    trial_name,
)
from galflux_edu.workflows.phys378.scales import SCALES, find_scale
from galflux_edu.workflows.phys378.stages import Work, arguments, compute
from galflux_edu.workflows.stages import Store

TINY = ["reproduce", "phys378", "--scale", "tiny", "--engine", "numpy", "--json"]


@pytest.fixture(scope="module")
def finished(tmp_path_factory):
    """A whole run: its folder and what it printed."""
    out = tmp_path_factory.mktemp("finished")
    result = CliRunner().invoke(main, [*TINY, "--out", str(out)])
    assert result.exit_code == 0, result.output
    return out, result


def numbers(text):
    """Return the rows without speeds, by what they are."""
    rows = json.loads(text.splitlines()[-1])["rows"]
    return {
        (r["protocol"], r["model"], r["metric"]): r["ours"]
        for r in rows
        if r["metric"] != "images_per_second"
    }


# ---- the plan


def test_the_budgets_leave_room():
    minutes = {name: sum(s.minutes for s in plan(scale)) for name, scale in SCALES.items()}
    assert minutes["small"] < 20
    assert minutes["full"] < 150


@pytest.mark.parametrize("name", ["small", "full"])
def test_the_plan_is_the_one_asked_for(name):
    scale = find_scale(name)
    named = {stage.name: stage for stage in plan(scale)}
    assert len(named) == len(plan(scale))  # every file has one stage
    raw = named[published_name("raw", 0.001)]
    assert not raw.recipe.centre_target
    assert raw.recipe.schedule == "constant"
    assert (raw.recipe.batch_size, raw.recipe.dropout, raw.monitored_split) == (32, 0.2, "test")
    assert raw.test_epochs == {"small": (10,), "full": (10, 15)}[name]
    assert raw.images == {"small": 2_000, "full": 30_000}[name]
    assert raw.sky_sigma_adu == 1.4
    collapse = named[collapse_name(1.4)]
    assert (collapse.recipe.learning_rate, collapse.recipe.input_scaling) == (0.01, "raw")
    assert collapse.seeds == {"small": 4, "full": 8}[name]
    # A seed that dies there dies in the run itself: the same images come in the same order.
    collapsed = named[collapsed_name(0.01)]
    assert collapsed.collapsed_in == collapse.name
    assert replace(collapsed.recipe, epochs=1, steps=collapse.recipe.steps) == collapse.recipe
    assert (collapsed.images, collapsed.sky_sigma_adu) == (collapse.images, collapse.sky_sigma_adu)
    others = [s for s in named.values() if hasattr(s, "test_epochs") and "published" not in s.name]
    assert all(stage.monitored_split == "validation" for stage in others)
    assert all(s.test_epochs == () for s in others if s.name.startswith(("trial", "ablation")))


def test_the_most_telling_results_come_first():
    names = [stage.name for stage in plan(find_scale("full"))]
    seen = dict.fromkeys(name.split("-")[0] for name in names)
    assert list(seen) == [
        *("catalogue", "drawing", "photometry", "bound", "trial", "honest", "course", "published"),
        *("noise", "ablation"),
    ]
    assert names.index("honest-0") < names.index("course-best-0")
    assert names.index("honest-1") > names.index(published_name("max", 0.001))


def test_an_estimate_or_a_setting_that_is_off_changes_nothing(tmp_path):
    data = galaxies_for(tmp_path, find_scale("tiny"), 0, progress=False)
    work = Work(data, Store(tmp_path), {})
    stage = next(s for s in plan(data.scale) if s.name == trial_name(0.1))
    key = arguments(stage, work)
    assert key == arguments(replace(stage, minutes=99.0), work)
    assert key["stage"]["recipe"]["dropout"] == 0.1
    assert "steps" not in key["stage"]["recipe"]
    assert key["stage"]["parameters"] == 12 * 10 + 24 * 109 + 4 * 4 * 24 * 64 + 64 + 65
    for change in ({"dropout": 0.0}, {"learning_rate": 0.1}, {"centre_target": False}):
        other = replace(stage, recipe=replace(stage.recipe, **change))
        assert arguments(other, work) != key


def test_an_unknown_scale_is_refused(tmp_path):
    with pytest.raises(InputError, match=r"^scale: needed small or full; got 'huge'$"):
        phys378.reproduce(tmp_path, "huge")


# ---- a whole run


def test_every_row_is_there(finished):
    rows = numbers(finished[1].stdout)
    rows_found = {(protocol, model) for protocol, model, _ in rows}
    for model in ("catalogue-linear", "catalogue-linear-re-bt", "catalogue-logistic"):
        assert ("published", model) in rows_found
    for run in (
        "raw-0.01-1",
        "raw-0.01-1-dying",
        "max-0.01-1",
        "raw-0.001-1",
        "raw-0.001-2",
        "max-0.001-2",
    ):
        assert ("published", f"flux-cnn-{run}", "train_mse_dex2") in rows
    assert 0 <= rows["published", "flux-cnn-raw-0.01", "dead_share_sky_1.4"] <= 1
    for metric in ("mse_dex2", "mse_dex2_seed_std", "tercile_accuracy"):
        assert ("honest", "course-best", metric) in rows
    for model in ("pixel-sum", "pixel-sum-corrected", "aperture", "flux-cnn"):
        for metric in ("mse_dex2", "bias_dex", "scatter_dex", "mse_dex2_low95"):
            assert ("honest", model, metric) in rows
        for sky in ("0.05", "0.5", "1.4"):
            assert ("honest", model, f"mse_dex2_sky_{sky}") in rows
            assert ("honest", "cramer-rao-floor", f"median_mse_dex2_sky_{sky}") in rows
    assert ("honest", "cramer-rao-floor", "mse_dex2") in rows
    assert sum(protocol == "ablation" for protocol, _ in rows_found) == 7


def test_rows_hold_what_they_say(finished):
    rows = numbers(finished[1].stdout)
    for model in ("pixel-sum", "aperture"):
        error, bias, scatter, low, high = (
            rows["honest", model, metric]
            for metric in (
                *("mse_dex2", "bias_dex", "scatter_dex", "mse_dex2_low95", "mse_dex2_high95"),
            )
        )
        assert error == pytest.approx(bias**2 + scatter**2, rel=1e-12)
        assert low < error < high
        assert error == rows["honest", model, "mse_dex2_sky_0.05"]


def test_published_numbers_stand_beside_ours(finished):
    rows = json.loads(finished[1].stdout.splitlines()[-1])["rows"]
    printed = {(r["model"], r["metric"]): r["published"] for r in rows if "published" in r}
    assert printed["catalogue-linear", "mse_dex2"] == 0.1788817702874767
    assert printed["catalogue-forest", "accuracy"] == 0.34
    # One epoch at 0.01 is the first of the published seven.
    assert printed["flux-cnn-raw-0.01-1", "mse_dex2"] == 0.2283
    assert printed["flux-cnn", "mse_dex2"] == 0.0388


def test_a_short_run_is_the_first_part_of_a_long_one(finished):
    folder = finished[0] / "tiny" / "stages"
    result = json.loads((folder / "published-raw-0.001.json").read_text())["result"]
    data = galaxies_for(finished[0] / "x", find_scale("tiny"), 0, engine="numpy", progress=False)
    truth = data.truth["log_total_flux"].to_numpy()
    for epochs in (1, 2):
        read = mse(np.asarray(result["readings"][str(epochs)]), truth)
        assert read == pytest.approx(result["validation_loss"][epochs - 1], rel=1e-5)


def test_the_page_names_the_noise_and_shows_everything(finished):
    folder = finished[0] / "tiny"
    page = (folder / "report.html").read_text()
    assert page.count("noise of its images is not published") > 5
    assert "It says nothing about galaxies" in page
    assert {path.stem for path in (folder / "figures").iterdir()} == {
        *("fluxes", "pairs", "correlations", "confusions", "losses", "predicted", "errors"),
        *("published-dependence", "honest-predicted", "honest-residuals", "honest-dependence"),
        "noise",
    }
    assert page.count("<figure style=") == 12
    metrics = json.loads((folder / "metrics.json").read_text())
    assert metrics == json.loads(finished[1].stdout.splitlines()[-1])


def test_a_stage_of_other_arguments_is_not_reused(finished):
    folder, stage = finished[0] / "tiny", plan(find_scale("tiny"))[0]
    store, seen = Store(folder), {"seed": 0}
    assert store.load(stage.name, seen) is None
    assert store.is_outdated(stage.name, seen)
    assert not store.is_outdated("never-run", seen)


@pytest.mark.parametrize("text", ["", "{", "[]", '{"arguments": {}}'])
def test_a_damaged_stage_is_made_again(tmp_path, text):
    store = Store(tmp_path)
    store.save("one", {"arguments": {}, "seconds": 1.0, "result": {}})
    assert store.load("one", {}) is not None
    (tmp_path / "stages" / "one.json").write_text(text)
    assert store.load("one", {}) is None
    assert not store.is_outdated("one", {})


@pytest.mark.long
def test_killed_it_goes_on_and_nothing_is_computed_twice(finished, tmp_path):
    shutil.copytree(finished[0], tmp_path, dirs_exist_ok=True)
    stage = tmp_path / "tiny" / "stages" / "honest-0.json"
    kept = json.loads(stage.read_text())["result"]
    stage.unlink()
    command = [sys.executable, "-m", "galflux_edu.cli", *TINY, "--out", str(tmp_path)]
    with (tmp_path / "out").open("w") as out:
        process = subprocess.Popen(command, stdout=out, stderr=subprocess.DEVNULL)
    until = time.monotonic() + 120
    while "] honest-0," not in (tmp_path / "out").read_text():
        assert process.poll() is None
        assert time.monotonic() < until
        time.sleep(0.01)
    process.kill()
    process.wait()
    assert not stage.exists()
    result = CliRunner().invoke(main, [*TINY, "--out", str(tmp_path)])
    assert result.exit_code == 0, result.output
    assert re.findall(r"/28\] (\S+),", result.output) == ["honest-0"]
    assert numbers(result.stdout) == numbers(finished[1].stdout)
    assert json.loads(stage.read_text())["result"]["readings"] == kept["readings"]


def test_interrupted_training_goes_on_from_its_checkpoint(finished, tmp_path, monkeypatch):
    data = galaxies_for(
        finished[0] / "tiny" / "images", find_scale("tiny"), 0, engine="numpy", progress=False
    )
    recipe = replace(COURSE_BEST, epochs=40)  # 120 steps; every hundredth is kept
    stage = Training("long", 0.0, recipe, 96, "validation", test_epochs=(20, 40))
    whole = compute(stage, Work(data, Store(tmp_path / "whole"), {}))
    steps = []

    def train(*args, callbacks, **kwargs):
        def count(event):
            steps.append(event.step)
            if steps == list(range(1, 111)):
                raise KeyboardInterrupt

        return train_flux(*args, callbacks=[*callbacks, count], **kwargs)

    monkeypatch.setattr(stages, "train_flux", train)
    work = Work(data, Store(tmp_path / "cut"), {})
    with pytest.raises(KeyboardInterrupt):
        compute(stage, work)
    again = compute(stage, work)
    assert steps[110:] == list(range(101, 121))
    assert again["readings"] == whole["readings"]
    assert again["train_loss"] == whole["train_loss"]
    work.store.save("long", {})
    assert not any((tmp_path / "cut" / "unfinished").iterdir())


def test_a_short_catalogue_is_refused(finished, tmp_path, real_catalogue):
    short = tmp_path / "short.csv"
    short.write_text("\n".join(real_catalogue.read_text().splitlines()[:4]))
    message = f"{short}: needed at least 50 galaxies; got 3"
    with pytest.raises(InputError, match=f"^{re.escape(message)}$"):
        galaxies_for(tmp_path, find_scale("tiny"), 0, short)
    result = CliRunner().invoke(main, [*TINY, "--catalogue", str(tmp_path / "none.csv")])
    assert result.exit_code == 2
    assert f"Error: {tmp_path / 'none.csv'}: needed a catalogue to read" in result.output
