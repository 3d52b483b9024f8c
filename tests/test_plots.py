"""What the pictures show is read back from the axes; how they look, one has to look at."""

import io
import re
from types import SimpleNamespace

import matplotlib as mpl
import numpy as np
import pytest
from matplotlib.colors import to_hex, to_rgb
from PIL import Image

from galflux_edu import plots
from galflux_edu.errors import InputError


@pytest.fixture
def ax():
    return plots.new_figure()[1]


def _fluxes(size=1000):
    rng = np.random.default_rng(0)
    true = rng.uniform(1.6, 4.5, size)
    return true, true + rng.normal(0, 0.05, size)


def _draw_all():
    true, predicted = _fluxes()
    figure, axes = plots.new_figure(2, 3)
    images = np.random.default_rng(1).normal(size=(1, 9, 9))
    plots.galaxy_gallery(axes[0, 0], images, pixel_scale_arcsec=0.168, titles=["galaxy"])
    history = SimpleNamespace(step_loss=[3.0, 2.0], train_loss=[2.5], validation_loss=[2.0])
    plots.learning_curve(axes[0, 1], history)
    plots.predicted_against_true(axes[0, 2], true, predicted)
    plots.residual_histogram(axes[1, 0], {"a model": predicted - true})
    plots.error_against(axes[1, 1], true, predicted - true, plots.LOG_FLUX, label="a model")
    axes[1, 2].set_axis_off()
    return figure


# ---- pages


def test_the_same_figure_gives_the_same_bytes_without_a_date():
    first, second = plots.to_png(_draw_all()), plots.to_png(_draw_all())
    assert first == second
    assert set(Image.open(io.BytesIO(first)).info) == {"dpi"}


def test_each_theme_has_its_paper_and_its_ink():
    pictures = plots.in_both_themes(_draw_all)
    corners = {
        name: np.asarray(Image.open(io.BytesIO(png)).convert("RGB"))[0, 0]
        for name, png in pictures.items()
    }
    assert list(corners["light"]) == [255, 255, 255]
    assert corners["dark"].max() < 40


@pytest.mark.parametrize("name", ["light", "dark"])
def test_text_can_be_read_on_the_paper(name):
    """Web Content Accessibility Guidelines 2.2, 1.4.3 (text, AAA) and 1.4.11 (lines)."""
    with plots.theme(name):
        paper = mpl.rcParams["axes.facecolor"]
        for ink in ("text.color", "axes.labelcolor", "xtick.color", "ytick.color"):
            assert _contrast(mpl.rcParams[ink], paper) > 7
        colours = mpl.rcParams["axes.prop_cycle"].by_key()["color"]
    assert all(_contrast(colour, paper) > 3 for colour in colours[:3])


def _contrast(one, other):
    def luminance(colour):
        channels = np.array(to_rgb(colour))
        linear = np.where(
            channels <= 0.04045, channels / 12.92, ((channels + 0.055) / 1.055) ** 2.4
        )
        return linear @ [0.2126, 0.7152, 0.0722]

    low, high = sorted((luminance(one), luminance(other)))
    return (high + 0.05) / (low + 0.05)


def test_a_theme_ends_with_its_block_and_ignores_private_styles():
    with mpl.rc_context({"font.size": 33, "axes.grid": True}):
        with plots.theme("dark"):
            assert mpl.rcParams["font.size"] == 11
            assert not mpl.rcParams["axes.grid"]
        assert mpl.rcParams["font.size"] == 33


def test_an_unknown_theme_is_refused():
    with (
        pytest.raises(InputError, match=r"^theme: needed 'light' or 'dark'; got 'sepia'$"),
        plots.theme("sepia"),
    ):
        pass


# ---- galaxies


def test_gallery_has_one_scale_for_all_and_hides_axes_left_over():
    figure, axes = plots.new_figure(1, 3)
    rng = np.random.default_rng(2)
    images = rng.normal(0, 0.5, (2, 40, 60))
    images[1, 20, 30] = 500.0
    out = plots.galaxy_gallery(axes, images, pixel_scale_arcsec=0.2, titles=["a", "b"])
    assert out is axes
    first, second = (ax.images[0] for ax in axes[:2])
    assert first.norm is second.norm
    # The scale is linear up to the noise of the sky and ends at the brightest pixel.
    assert first.norm.linear_width == pytest.approx(0.5, rel=0.05)
    assert first.norm.vmax == 500.0
    np.testing.assert_array_equal(second.get_array(), images[1])
    assert second.get_extent() == [-6.0, 6.0, -4.0, 4.0]  # arcsec
    assert not axes[2].images
    assert not axes[2].axison
    assert figure.axes[-1].get_ylabel() == "ADU per pixel"
    assert [ax.get_title() for ax in axes] == ["a", "b", ""]


@pytest.mark.parametrize(("pixels", "length"), [(143, 5.0), (64, 2.0), (7, 0.2)])
def test_scale_bar_has_a_round_length_and_says_it(ax, pixels, length):
    plots.galaxy_gallery(ax, np.eye(pixels)[np.newaxis], pixel_scale_arcsec=0.168)
    assert np.ptp(ax.lines[0].get_xdata()) == pytest.approx(length)
    assert ax.texts[0].get_text() == f"{length:g}″"


@pytest.mark.parametrize("value", [0.0, -1.0, 3.0])
def test_gallery_of_images_without_noise_draws(ax, value):
    plots.galaxy_gallery(ax, np.full((1, 8, 8), value), pixel_scale_arcsec=1.0)
    plots.to_png(ax.figure)


@pytest.mark.parametrize(
    ("shape", "titles", "got"),
    [
        ((3, 4, 4), [], "(3, 4, 4) and 0 titles"),
        ((0, 4, 4), [], "(0, 4, 4) and 0 titles"),
        ((2, 4, 4), ["one"], "(2, 4, 4) and 1 titles"),
    ],
)
def test_gallery_refuses(shape, titles, got):
    message = (
        "galaxy_gallery: needed images of shape (n, H, W), n from 1 to 2 (the axes), "
        f"and n titles or none; got {got}"
    )
    axes = plots.new_figure(1, 2)[1]
    with pytest.raises(InputError, match=f"^{re.escape(message)}$"):
        plots.galaxy_gallery(axes, np.zeros(shape), pixel_scale_arcsec=1.0, titles=titles)


# ---- results


def test_learning_curve_puts_epochs_among_their_steps(ax):
    steps = [4.0, 3.0, 2.0, 1.0]
    history = SimpleNamespace(step_loss=steps, train_loss=[3.5, 1.5], validation_loss=[2.5, 1.2])
    assert plots.learning_curve(ax, history, loss_label="MSE  [dex²]") is ax
    each, mean, validation = ax.lines
    np.testing.assert_array_equal(each.get_xydata(), np.column_stack([[1, 2, 3, 4], steps]))
    np.testing.assert_array_equal(mean.get_xydata(), [[1, 3.5], [3, 1.5]])
    np.testing.assert_array_equal(validation.get_xydata(), [[2, 2.5], [4, 1.2]])
    assert (ax.get_yscale(), ax.get_xlabel(), ax.get_ylabel()) == ("log", "step", "MSE  [dex²]")


def test_learning_curve_knows_of_an_epoch_cut_short(ax):
    history = SimpleNamespace(
        step_loss=[3.0] * 5, train_loss=[2.0, 1.0], validation_loss=[2.0, 1.0]
    )
    plots.learning_curve(ax, history, steps_per_epoch=4)
    np.testing.assert_array_equal(ax.lines[1].get_xdata(), [2, 4.5])
    np.testing.assert_array_equal(ax.lines[2].get_xdata(), [4, 5])


def test_learning_curve_counts_epochs_where_there_are_no_steps(ax):
    history = SimpleNamespace(step_loss=[], train_loss=[3.5, 1.5], validation_loss=[])
    plots.learning_curve(ax, history)
    (mean,) = ax.lines
    np.testing.assert_array_equal(mean.get_xydata(), [[1, 3.5], [2, 1.5]])
    assert ax.get_xlabel() == "epoch"


def test_predictions_lie_on_equal_axes_with_their_error(ax):
    true, predicted = np.array([2.0, 3.0, 4.0]), np.array([2.1, 3.0, 3.9])
    assert plots.predicted_against_true(ax, true, predicted, "flux CNN") is ax
    np.testing.assert_array_equal(ax.collections[0].get_offsets(), np.transpose([true, predicted]))
    assert ax.get_xlim() == ax.get_ylim()
    assert ax.get_aspect() == 1
    assert ax.texts[0].get_text() == "MSE $6.7\\times10^{-3}$ dex²\n3 galaxies"
    assert ax.get_title() == "flux CNN"
    np.testing.assert_array_equal(*ax.lines[0].get_data())


def test_more_galaxies_are_smaller_and_fainter_points():
    sizes, alphas = [], []
    for size in (100, 10_000):
        ax = plots.predicted_against_true(plots.new_figure()[1], *_fluxes(size))
        sizes.append(ax.collections[0].get_sizes()[0])
        alphas.append(ax.collections[0].get_alpha())
    assert sizes[0] > sizes[1]
    assert alphas[0] > alphas[1]


def test_histograms_share_bins_and_lose_no_galaxy(ax):
    rng = np.random.default_rng(4)
    residuals = {"narrow": rng.normal(0, 0.01, 500), "wide": rng.standard_t(1, 700)}
    assert plots.residual_histogram(ax, residuals) is ax
    outlines = {patch.get_label(): patch.get_xy() for patch in ax.patches}
    edges = [np.unique(outline[:, 0]) for outline in outlines.values()]
    np.testing.assert_array_equal(*edges)
    for name, outline in outlines.items():
        # A step outline visits every bin's height twice.
        assert outline[1:-1:2, 1].sum() == residuals[name].size
    assert ax.get_legend_handles_labels()[1] == ["narrow", "wide"]


def test_error_against_shows_median_and_68_percent_of_every_bin(ax):
    x = np.repeat([1.0, 2.0, 3.0, 4.0], 100)
    spread = np.tile(np.linspace(-1, 1, 100), 4) * x + 5 * x
    assert plots.error_against(ax, x, spread, "R_e  [arcsec]", bins=4) is ax
    np.testing.assert_allclose(
        ax.lines[0].get_xydata(), np.transpose([[1, 2, 3, 4], [5, 10, 15, 20]])
    )
    band = ax.collections[0].get_paths()[0].vertices
    for value in (1.0, 2.0, 3.0, 4.0):
        edges = np.unique(band[band[:, 0] == value, 1].round(12))
        expected = np.percentile(spread[x == value], (16, 84))
        np.testing.assert_allclose(edges[[0, -1]], expected, rtol=1e-10)
    assert ax.get_xlabel() == "R_e  [arcsec]"
    assert ax.get_legend() is None


def test_sparse_bins_join_their_neighbours(ax):
    x = np.concatenate([[0.0, 1.0], np.linspace(5, 10, 198)])
    plots.error_against(ax, x, np.zeros(200), "x", bins=10)
    # The two galaxies below 5 are too few for a bin: they go with the next ones above.
    assert ax.lines[0].get_xdata()[0] > 4
    assert ax.lines[0].get_xdata().size == 5


def test_models_can_be_compared_on_one_axes(ax):
    true, predicted = _fluxes()
    plots.error_against(ax, true, predicted - true, "x", label="one")
    plots.error_against(ax, true, 2 * (predicted - true), "x", label="two")
    assert [text.get_text() for text in ax.get_legend().get_texts()] == ["one", "two"]
    colours = {to_hex(line.get_color()) for line in ax.lines if len(line.get_xdata()) > 2}
    assert len(colours) == 2


@pytest.mark.usefixtures("as_a_user")
@pytest.mark.parametrize(("size", "other"), [(0, 0), (3, 2)])
def test_error_against_refuses(ax, size, other):
    message = (
        f"error_against: needed x and residuals of one length, at least 1; got {size} and {other}"
    )
    with pytest.raises(InputError, match=f"^{message}$"):
        plots.error_against(ax, np.zeros(size), np.zeros(other), "x")
