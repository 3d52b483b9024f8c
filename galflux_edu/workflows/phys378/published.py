"""What PHYS378 printed, number by number, and what is wrong with it.

Source: the report, the README and the notebook of the student project "Predicting Galaxy Flux with
Machine Learning" (course PHYS378; repository JinWukLee/galaxyflux_ML). Facts only; the words are
ours. The noise, the seeing and the scaling of its images are published nowhere.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType

SOURCE = "PHYS378, github.com/JinWukLee/galaxyflux_ML"
NOISE = "the noise of its images is not published"

# Straight lines from the catalogue to log flux: on 14 columns, and on (R_e, bt).
LINES: Mapping[str, Mapping[str, float]] = MappingProxyType(
    {
        "catalogue-linear": {"mse_dex2": 0.1788817702874767, "r2": -0.0015041},
        "catalogue-linear-re-bt": {"mse_dex2": 0.17867582251303873, "r2": -0.00035107},
    }
)

# Thirds of log flux from the catalogue. Rows are the true class, columns the predicted one.
CLASSES = ("high", "low", "medium")  # the order of the matrices: alphabetical
CONFUSIONS = MappingProxyType(
    {
        "catalogue-logistic": ((1165, 1232, 936), (1054, 1273, 1007), (1123, 1249, 961)),
        "catalogue-forest": ((1196, 1078, 1059), (1168, 1082, 1084), (1182, 1079, 1072)),
    }
)
ACCURACY = 0.34  # of both, as printed


@dataclass(frozen=True)
class Curve:
    """Losses of one published training run in dex squared, one number an epoch.

    Parameters
    ----------
    train
        Mean training loss, dropout on.
    test
        Loss on the test set, which was looked at after every epoch.
    """

    train: tuple[float, ...]
    test: tuple[float, ...]


# By learning rate and number of epochs. The shorter run at 0.001 is not the beginning of the
# longer one: the two differ from the first epoch on, although both were seeded with 42.
CURVES: Mapping[tuple[float, int], Curve] = MappingProxyType(
    {
        (0.01, 7): Curve(
            (32.9182, 0.6601, 0.5443, 0.4037, 0.2854, 0.2130, 0.1844),
            (0.2283, 0.1983, 0.1855, 0.1808, 0.1891, 0.1805, 0.1781),
        ),
        (0.001, 10): Curve(
            (1.9927, 1.2505, 0.8129, 0.5076, 0.2714, 0.1425, 0.0918, 0.0813, 0.0822, 0.0815),
            (0.2997, 0.1104, 0.0592, 0.0442, 0.0501, 0.0334, 0.0416, 0.0495, 0.0504, 0.0489),
        ),
        (0.001, 15): Curve(
            (
                *(1.2936, 0.7211, 0.5746, 0.4235, 0.2929, 0.1894, 0.1172, 0.0747, 0.0588, 0.0566),
                *(0.0568, 0.0560, 0.0558, 0.0560, 0.0561),
            ),
            (
                *(0.1134, 0.0456, 0.0229, 0.0219, 0.0151, 0.0125, 0.0106, 0.0370, 0.0236, 0.0346),
                *(0.0330, 0.0324, 0.0295, 0.0292, 0.0388),
            ),
        ),
    }
)
BAND = (0.01, 0.10)  # where the test losses of its two runs that learnt ended, with room
BEST_MSE = 0.0388  # the lowest that a published run ended with
LUCKIEST_EPOCH = 0.0106  # on the way there, at epoch 7 of 15

# img_number: true log flux, what the network predicted after 15 epochs, and after 10.
FIRST_TEN: Mapping[int, tuple[float, float, float]] = MappingProxyType(
    {
        32643: (3.7123, 3.6698, 3.6478),
        50987: (3.8333, 3.7798, 3.8047),
        16675: (4.4443, 4.3020, 4.3245),
        40761: (4.0702, 3.9252, 3.9957),
        84531: (4.4363, 4.3343, 4.4114),
        33715: (4.4402, 4.3021, 4.3709),
        63863: (2.4662, 3.4193, 3.6167),
        68747: (4.3567, 4.1854, 4.2771),
        43169: (4.3314, 4.1917, 4.2574),
        106470: (4.2997, 4.1612, 4.2169),
    }
)

MISTAKES = (
    "The test set was looked at after every epoch, and the run to show was picked by it: there was "
    "no validation set. That is why the honest table here has one, and why its test set is "
    "measured once.",
    "“All three models have losses under 0.1”: the first ended at 0.178, the variance of the "
    "target. It had died and answered 4.03 for nearly every galaxy.",
    "The training loss lies above the test loss because dropout is on while training, not because "
    "there were more training data. Without the mean taken off, dropout multiplies features that "
    "must add up to about 4.04, which alone makes a noise of about 0.2 dex.",
    "“No overfitting”: the 15-epoch run passed through 0.0106 at epoch 7 and ended at 0.0388. "
    "Which of the two one quotes should not be decided by the test set.",
    "The confusion matrices carry the tick labels Low, Medium, High, but their rows stand in "
    "alphabetical order: High, Low, Medium. What was read as “mostly medium” is mostly low. Here "
    "the labels travel with the matrix.",
    "No column of the catalogue but the flux itself knows the flux: it is drawn independently of "
    "all others. Accuracies of 0.34 for three classes and an R² of zero are chance, whatever the "
    "model; the forest needed no tuning, the logistic regression no more iterations.",
    "The classes were cut separately on the training and the test set. Here it makes no "
    "difference, but a test galaxy's class must not depend on the other test galaxies.",
    "The simplest baseline is missing: adding up the pixels.",
    "“Sensitivity to B/T and radii” was promised and is not shown; see the figures above.",
)
