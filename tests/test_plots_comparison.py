"""The pictures of a reproduction, read back from their axes."""

import re

import numpy as np
import pytest

from galflux_edu import plots
from galflux_edu.errors import InputError
from galflux_edu.metrics import confusion_matrix


@pytest.fixture
def ax():
    return plots.new_figure()[1]


def test_flux_before_and_after_the_logarithm(ax):
    flux = np.asarray([10.0, 10.0, 1000.0])
    assert plots.flux_histogram(ax, flux, logarithm=True) is ax
    heights = [bar.get_height() for bar in ax.patches]
    assert (heights[0], heights[-1], sum(heights)) == (2, 1, 3)
    assert ax.patches[0].get_x() == pytest.approx(1)
    assert ax.patches[-1].get_x() + ax.patches[-1].get_width() == pytest.approx(3)
    assert "log" in ax.get_xlabel()
    other = plots.flux_histogram(plots.new_figure()[1], flux)
    assert other.get_xlabel() == "flux [ADU]"


def test_flux_must_be_positive(ax):
    message = "flux_histogram: needed fluxes above 0; got none or one that is not"
    for flux in (np.asarray([1.0, 0.0]), np.asarray([])):
        with pytest.raises(InputError, match=f"^{message}$"):
            plots.flux_histogram(ax, flux)


def test_pairs_stand_where_their_names_say():
    _, axes = plots.new_figure(2, 2)
    columns = {"a": np.arange(5.0), "b": np.arange(5.0) ** 2}
    assert plots.pairwise_scatter(axes, columns) is axes
    points = axes[1, 0].collections[0].get_offsets()
    np.testing.assert_array_equal(points, np.stack([columns["a"], columns["b"]], axis=1))
    assert (axes[1, 0].get_xlabel(), axes[1, 0].get_ylabel()) == ("a", "b")
    assert sum(bar.get_height() for bar in axes[0, 0].patches) == 5


def test_pairs_need_a_panel_each():
    message = (
        "pairwise_scatter: needed 2 x 2 axes, one row and one column for each quantity; got "
        "shape (1, 2)"
    )
    _, axes = plots.new_figure(1, 2)
    with pytest.raises(InputError, match=f"^{re.escape(message)}$"):
        plots.pairwise_scatter(axes.reshape(1, 2), {"a": np.arange(3.0), "b": np.arange(3.0)})


def test_correlations_are_numpys_to_two_digits(ax):
    rng = np.random.default_rng(0)
    columns = {"a": rng.normal(size=50), "b": rng.normal(size=50)}
    columns["c"] = -columns["a"]
    plots.correlation_map(ax, columns)
    expected = np.corrcoef(list(columns.values()))
    np.testing.assert_allclose(ax.images[0].get_array(), expected, atol=0.005 + 1e-12)
    assert [label.get_text() for label in ax.get_yticklabels()] == ["a", "b", "c"]
    assert ax.texts[2].get_text() == "−1.00"


def test_a_constant_column_correlates_with_nothing(ax):
    message = r"^correlation_map: needed columns that vary; got the constant b$"
    with pytest.raises(InputError, match=message):
        plots.correlation_map(ax, {"a": np.arange(3.0), "b": np.ones(3)})


def test_the_labels_of_a_confusion_matrix_belong_to_its_numbers(ax):
    truth = np.asarray(["high", "high", "low", "medium"])
    said = np.asarray(["high", "low", "low", "low"])
    plots.confusion_map(ax, confusion_matrix(said, truth), "a model")
    names = [label.get_text() for label in ax.get_yticklabels()]
    assert (
        names == [label.get_text() for label in ax.get_xticklabels()] == ["high", "low", "medium"]
    )
    written = np.reshape([text.get_text() for text in ax.texts], (3, 3))
    assert written.tolist() == [["1", "1", "0"], ["0", "1", "0"], ["0", "1", "0"]]
    np.testing.assert_allclose(ax.images[0].get_array()[0], [0.5, 0.5, 0])
    assert (ax.get_ylabel(), ax.get_title()) == ("true class", "a model")


def test_absolute_errors_are_all_counted(ax):
    errors = {"one": np.asarray([-0.3, 0.15]), "two": np.asarray([0.0, 0.19, -0.19])}
    plots.absolute_error_histogram(ax, errors, bins=3)
    outlines = [patch.get_xy() for patch in ax.patches]
    for outline, expected in zip(outlines, ([0, 1, 1], [1, 2, 0]), strict=True):
        tops = outline[1 : 2 * len(expected) + 1 : 2, 1]  # left, top, right, top ... of each bar
        np.testing.assert_allclose(tops, expected, atol=1e-6)
        assert outline[:, 0].max() == pytest.approx(0.3)
    assert [text.get_text() for text in ax.get_legend().get_texts()] == ["one", "two"]


def test_published_losses_are_dashed(ax):
    plots.loss_by_epoch(ax, {"ours": [3.0, 2.0]}, {"theirs": [1.0, 0.5, 0.4]})
    ours, theirs = ax.lines
    assert ours.get_xdata().tolist() == [1, 2]
    assert theirs.get_ydata().tolist() == [1.0, 0.5, 0.4]
    assert (ours.get_linestyle(), theirs.get_linestyle()) == ("-", "--")
    assert ax.get_yscale() == "log"


def test_errors_against_noise(ax):
    skies = (0.05, 0.5, 1.4)
    plots.error_against_noise(ax, skies, {"a": [1e-4, 1e-3, 1e-2]}, {"floor": [1e-5] * 3})
    assert [line.get_linestyle() for line in ax.lines] == ["-", "--"]
    assert [label.get_text() for label in ax.get_xticklabels()] == ["0.05", "0.5", "1.4"]
    message = "error_against_noise: needed 3 numbers, one a sky; got 2 for a"
    with pytest.raises(InputError, match=f"^{message}$"):
        plots.error_against_noise(ax, skies, {"a": [1.0, 2.0]}, {})


def test_accuracy_by_step_is_in_per_cent_and_ends_at_the_last_step(ax):
    curves = {"network": [0.2, 0.5, 0.7], "line": [0.2, 0.4, 0.4]}
    plots.accuracy_by_step(ax, [0, 5000, 10_000], curves, {"guess": 0.36})
    assert [line.get_label() for line in ax.lines] == ["network", "line", "guess"]
    np.testing.assert_allclose(ax.lines[0].get_ydata(), [20, 50, 70])
    np.testing.assert_allclose(ax.lines[2].get_xydata(), [[0, 36], [10_000, 36]])
    assert (ax.get_xlabel(), ax.get_ylabel()) == ("training steps", "accuracy [%]")
    assert ax.xaxis.get_major_formatter()(10_000) == "10,000"


def test_gray_levels_are_shown_as_they_are():
    _, axes = plots.new_figure(1, 2)
    images = np.stack([np.zeros((3, 4)), np.full((3, 4), 255.0)])
    plots.gray_gallery(axes, images, ["black", "white"])
    for ax, image, title in zip(axes.ravel(), images, ["black", "white"], strict=True):
        (shown,) = ax.images
        np.testing.assert_array_equal(shown.get_array(), image)
        assert (shown.get_clim(), ax.get_title()) == ((0, 255), title)
