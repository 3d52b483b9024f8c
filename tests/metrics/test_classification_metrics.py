"""Metrics of classes against scikit-learn and tables counted by hand."""

import re

import numpy as np
import pytest

from galflux_edu.errors import InputError
from galflux_edu.metrics import accuracy, confusion_matrix, f1, precision, recall

PREDICTION = np.array(["Low", "High", "High", "Low", "Medium", "Low"])
TRUTH = np.array(["Low", "High", "Low", "Low", "High", "Medium"])
EACH = {"precision": precision, "recall": recall, "f1": f1}


def _draw(kind, seed=0):
    """Five classes of unequal size; one is never predicted, one never true."""
    rng = np.random.default_rng(seed)
    truth, prediction = rng.integers(0, 4, 500) ** 2, rng.integers(1, 5, 500) ** 2
    agree = rng.random(500) < 0.4
    prediction = np.where(agree & (truth > 0), truth, prediction)
    if kind == "text":
        return prediction.astype(str), truth.astype(str)
    return prediction.astype(kind), truth.astype(kind)


@pytest.mark.parametrize("kind", [int, float, "text"])
def test_agreement_with_scikit_learn(kind):
    from sklearn import metrics as peer

    prediction, truth = _draw(kind)
    assert accuracy(prediction, truth) == pytest.approx(
        peer.accuracy_score(truth, prediction), abs=1e-12
    )
    np.testing.assert_array_equal(
        confusion_matrix(prediction, truth).counts, peer.confusion_matrix(truth, prediction)
    )
    np.testing.assert_allclose(
        confusion_matrix(prediction, truth).fractions(),
        peer.confusion_matrix(truth, prediction, normalize="true"),
        atol=1e-12,
    )
    for name, ours in EACH.items():
        theirs = getattr(peer, f"{name}_score")
        for average in ("macro", "weighted"):
            assert ours(prediction, truth, average) == pytest.approx(
                theirs(truth, prediction, average=average, zero_division=0), abs=1e-12
            )
        each = ours(prediction, truth, average=None)
        expected = theirs(truth, prediction, average=None, zero_division=0)
        assert list(each) == np.unique([prediction, truth]).tolist()
        np.testing.assert_allclose(list(each.values()), expected, atol=1e-12)


def test_numbers_counted_by_hand():
    assert accuracy(PREDICTION, TRUTH) == 0.5
    table = confusion_matrix(PREDICTION, TRUTH, labels=["Low", "Medium", "High"])
    np.testing.assert_array_equal(table.counts, [[2, 0, 1], [1, 0, 0], [0, 1, 1]])
    assert recall(PREDICTION, TRUTH, average=None) == {"High": 0.5, "Low": 2 / 3, "Medium": 0.0}
    assert precision(PREDICTION, TRUTH, None) == {"High": 0.5, "Low": 2 / 3, "Medium": 0.0}


def test_labels_stay_with_their_rows_in_any_order():
    """The published figure wrote Low, Medium, High beside rows sorted High, Low, Medium."""
    by_name = confusion_matrix(PREDICTION, TRUTH)
    by_flux = confusion_matrix(PREDICTION, TRUTH, labels=["Low", "Medium", "High"])
    assert by_name.labels.tolist() == ["High", "Low", "Medium"]
    np.testing.assert_array_equal(by_flux.counts, by_name.counts[np.ix_([1, 2, 0], [1, 2, 0])])
    assert str(by_flux).splitlines() == [
        r"truth \ predicted  Low  Medium  High",
        "              Low    2       0     1",
        "           Medium    1       0     0",
        "             High    0       1     1",
    ]


def test_a_class_named_but_absent_is_an_empty_row():
    table = confusion_matrix(np.array([1, 2]), np.array([1, 1]), labels=[0, 1, 2])
    np.testing.assert_array_equal(table.counts, [[0, 0, 0], [0, 1, 1], [0, 0, 0]])
    np.testing.assert_array_equal(table.fractions(), [[0, 0, 0], [0, 0.5, 0.5], [0, 0, 0]])


def test_weighted_recall_is_the_accuracy():
    for seed in range(5):
        pair = _draw(int, seed)
        assert recall(*pair, average="weighted") == pytest.approx(accuracy(*pair), abs=1e-14)


def test_truth_values_and_columns_of_objects_are_labels():
    truth = np.array([True, False, True])
    assert precision(truth, truth, None) == {False: 1.0, True: 1.0}
    assert accuracy(PREDICTION.astype(object), TRUTH) == 0.5


BAD_PAIRS = [
    (PREDICTION, np.arange(6), "needed labels of one kind; got names and numbers"),
    (np.arange(6), PREDICTION, "needed labels of one kind; got numbers and names"),
    (
        PREDICTION[:5],
        TRUTH,
        "needed prediction and truth of one shape (N,), N at least 1; got (5,) and (6,)",
    ),
    (
        PREDICTION[:0],
        TRUTH[:0],
        "needed prediction and truth of one shape (N,), N at least 1; got (0,) and (0,)",
    ),
    (
        np.linspace(0, 1, 6),
        np.arange(6),
        "needed labels, names or whole numbers, in the prediction; got 0.2",
    ),
    (
        np.arange(6),
        np.array([0, 1, 2, 3, 4, np.nan]),
        "needed finite values; got 1 NaN or infinite of 6 in the truth",
    ),
    (
        np.array(["a", 1, None, "a", "a", "a"], dtype=object),
        TRUTH,
        "needed labels of one type in the prediction; got NoneType, int, str",
    ),
    (
        np.arange(6) * 1j,
        TRUTH,
        "needed labels, names or whole numbers, in the prediction; got the type complex128",
    ),
]


@pytest.mark.usefixtures("as_a_user")
@pytest.mark.parametrize("metric", [accuracy, confusion_matrix, precision, recall, f1])
@pytest.mark.parametrize(("prediction", "truth", "message"), BAD_PAIRS)
def test_labels_that_cannot_be_compared_are_refused(metric, prediction, truth, message):
    with pytest.raises(InputError, match=f"^metrics: {re.escape(message)}$"):
        metric(prediction, truth)


@pytest.mark.usefixtures("as_a_user")
@pytest.mark.parametrize(
    ("labels", "message"),
    [
        (["Low", "High"], "needed labels that name every class once; got Low, High without Medium"),
        (
            ["Low", "Low", "Medium", "High"],
            "needed labels that name every class once; got Low, Low, Medium, High",
        ),
        ([0, 1, 2], "needed labels of one kind; got numbers and names"),
    ],
)
def test_labels_that_leave_a_class_out_are_refused(labels, message):
    with pytest.raises(InputError, match=f"^confusion_matrix: {message}$"):
        confusion_matrix(PREDICTION, TRUTH, labels=labels)


@pytest.mark.parametrize("name", EACH)
def test_an_unknown_average_is_refused(name):
    message = f"^{name}: needed an average of 'macro', 'weighted', None; got 'micro'$"
    with pytest.raises(InputError, match=message):
        EACH[name](PREDICTION, TRUTH, average="micro")
