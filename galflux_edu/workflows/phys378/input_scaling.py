"""Which input scaling explains the published curves?  What the losses say, in numbers."""

from typing import NamedTuple

import numpy as np

from .protocol import (
    COLLAPSE_SKIES,
    PUBLISHED_SCALINGS,
    collapse_name,
    collapsed_name,
    published_name,
)
from .published import BAND, CURVES
from .rows import Done, collapsed_runs
from .scales import Scale


class CurveMatch(NamedTuple):
    """How well our runs match the published ones, for one scaling of the input.

    Attributes
    ----------
    distance_dex
        Mean absolute difference of log10 loss, ours to published, over all epochs, runs, and
        training and test losses: 0.3 is a factor of two.
    ends
        Test loss at the end of each run that was read, by (learning rate, epochs).
    constant_std_dex
        Standard deviation of the predictions of the run at the highest rate: 0 is a dead network.
    """

    distance_dex: float
    ends: dict[tuple[float, int], float]
    constant_std_dex: float

    @property
    def in_band(self) -> bool:
        """Whether all runs at the lower rate ended in the published band."""
        low = min(rate for rate, _ in self.ends)
        return all(BAND[0] <= end <= BAND[1] for (rate, _), end in self.ends.items() if rate == low)


def curve_matches(done: Done, scale: Scale) -> dict[str, CurveMatch]:
    """Return how well each scaling matches the published curves."""
    return {scaling: _match(done, scale, scaling) for scaling in PUBLISHED_SCALINGS}


def _match(done: Done, scale: Scale, scaling: str) -> CurveMatch:
    distances: list[float] = []
    ends, spread = {}, {}
    for rate, test_epochs in scale.published_runs:
        result = done[published_name(scaling, rate)]
        ends |= {(rate, epochs): result["validation_loss"][epochs - 1] for epochs in test_epochs}
        spread[rate] = float(np.std(list(result["readings"].values())[-1]))
        for (published_rate, _), curve in CURVES.items():
            if published_rate == rate:
                distances += _distances(result["train_loss"], curve.train)
                distances += _distances(result["validation_loss"], curve.test)
    return CurveMatch(float(np.mean(distances)), ends, spread[max(spread)])


def _distances(ours: list[float], published: tuple[float, ...]) -> list[float]:
    length = min(len(ours), len(published))
    return np.abs(np.log10(ours[:length]) - np.log10(published[:length])).tolist()


def input_scaling_comparison(found: dict[str, CurveMatch], names: dict[str, str]) -> list[str]:
    """Return what follows, in sentences."""
    nearest = min(found, key=lambda scaling: found[scaling].distance_dex)
    inside = [names[scaling] for scaling, like in found.items() if like.in_band]
    sentences = [_describe(names[scaling], like) for scaling, like in found.items()]
    band = f"the published band of {BAND[0]:g} to {BAND[1]:g} dex²"
    if not inside:
        sentences.append(f"Neither scaling ends in {band} at this scale.")
    else:
        sentences.append(f"What ends in {band} at the lower rate: {' and '.join(inside)}.")
    sentences.append(
        f"Over all epochs the nearest to the published losses is {names[nearest]}. That is a "
        "finding about the losses only: the source does not say how it scaled its images, nor "
        "their noise, and other recipes may come as near."
    )
    return sentences


def describe_collapse(done: Done, scale: Scale, truth: np.ndarray) -> str:
    """Return how often a network dies at the highest rate, and how that ends, in sentences."""
    collapsed = done[collapsed_name(scale.highest_rate)]
    recipe = done[collapse_name(COLLAPSE_SKIES[0])]["recipe"]
    counts = " and ".join(
        f"{dead.sum()} of {len(dead)} at a sky of {sky:g} ADU"
        for sky in COLLAPSE_SKIES
        for dead in [collapsed_runs(done, sky)]
    )
    return (
        f"Whether a network survives a rate of {recipe['learning_rate']:g} on raw counts is luck. "
        f"Of networks that differ in their seed only, these were dead after {recipe['steps']} "
        f"steps: {counts}. Such a network predicts the same for every galaxy, for good, since none "
        "of its gradients is left: in the end the mean of the target, with the variance as its "
        "error. "
        f"The published run ended so. Ours from seed {collapsed['recipe']['seed']} dies too: its "
        f"error is {collapsed['validation_loss'][-1]:.4f} dex² after "
        f"{collapsed['recipe']['epochs']} epochs. All that it can still learn is "
        "the one number it predicts, down to the variance of the target, "
        f"{np.var(truth):.4f} dex²."
    )


def _describe(name: str, like: CurveMatch) -> str:
    ends = ", ".join(
        f"{end:.3g} after {epochs} epochs at {rate:g}" for (rate, epochs), end in like.ends.items()
    )
    return (
        f"On {name} our runs end at a test loss of {ends}; a loss differs from the published one "
        f"by a factor of {10**like.distance_dex:.2g} on average. At the highest rate the "
        f"predictions spread by {like.constant_std_dex:.2g} dex (a dead network: 0)."
    )
