"""How much of everything `galflux reproduce phys378` does, at each of its scales."""

from dataclasses import dataclass

from ...errors import InputError


@dataclass(frozen=True)
class Scale:
    """How much of everything.

    Parameters
    ----------
    name
        ``small`` or ``full``; ``tiny`` is for the tests and says nothing about galaxies.
    stamp_pixels
        Width of an image.
    table_galaxies, trees
        Training rows of the baselines that see the catalogue only, and the size of the forest.
    train_images, test_images
        Images drawn; of the first, `protocol.VALIDATION_FRACTION` is held out in the honest
        protocol.
    published_images
        What the published protocol trains on.
    published_runs
        Learning rate, and the epochs after which the network is held against the test set: a
        constant rate and one seed make a shorter run the first part of a longer one.
    collapse_seeds, collapse_steps
        Number and length of the runs at the highest rate that count how many seeds die.
    honest_epochs, seeds
        Length and number of the final runs.
    trial_images, trial_epochs
        Of the runs that choose the dropout rate, and of the ablation.
    noise_images, noise_epochs
        Of the networks for noisier skies.
    bound_galaxies
        Test galaxies whose Cramer-Rao bound is computed.
    """

    name: str
    stamp_pixels: int
    table_galaxies: int
    trees: int
    train_images: int
    test_images: int
    published_images: int
    published_runs: tuple[tuple[float, tuple[int, ...]], ...]
    collapse_seeds: int
    collapse_steps: int
    honest_epochs: int
    seeds: int
    trial_images: int
    trial_epochs: int
    noise_images: int
    noise_epochs: int
    bound_galaxies: int

    @property
    def highest_rate(self) -> float:
        """The highest learning rate of the published runs."""
        return max(rate for rate, _ in self.published_runs)


SCALES = {
    scale.name: scale
    for scale in (
        Scale(
            "small", 143, 30_000, 100, 8_000, 2_000,
            2_000, ((0.01, (3,)), (0.001, (10,))), 4, 64, 12, 1, 4_000, 3, 5_000, 4, 300,
        ),
        Scale(
            "full", 143, 30_000, 100, 30_000, 10_000,
            30_000, ((0.01, (7,)), (0.001, (10, 15))), 8, 250, 10, 3, 8_000, 8, 8_000, 12, 300,
        ),
        Scale(
            "tiny", 16, 600, 5, 208, 128,
            96, ((0.01, (1,)), (0.001, (1, 2))), 2, 2, 2, 2, 96, 1, 96, 1, 20,
        ),
    )
}  # fmt: skip


def find_scale(name: str) -> Scale:
    """Return the scale called `name`."""
    if name not in SCALES:
        raise InputError(f"scale: needed small or full; got {name!r}")
    return SCALES[name]
