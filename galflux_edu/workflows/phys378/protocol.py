"""What `galflux reproduce phys378` runs, as data: one plan at three scales.

Every network is a `Recipe`; the minutes beside it are an estimate for two quiet cores.
"""

from collections.abc import Iterator
from dataclasses import dataclass, replace

from ...flux import Recipe
from ...models import MODELS
from .scales import Scale

SKY_SIGMA_ADU = 0.05  # ADU a pixel, in the honest protocol
NOISE_LEVELS = (0.5, 1.4)
PUBLISHED_SKY_ADU = 1.4  # what one rendered image of the source looks like
VALIDATION_FRACTION = 0.15
DROPOUT_RATES = (0.0, 0.1, 0.2)
APERTURES = (0.15, 0.3, 0.45, 0.6, 0.75, 0.9, 1.0)  # radii tried, in half widths of a stamp

# As the source trained, as far as it says; the scaling of its images it does not say.
PUBLISHED = Recipe(dropout=0.2, centre_target=False, schedule="constant", batch_size=32)
PUBLISHED_SCALINGS = ("raw", "max")
COLLAPSE_SKIES = (SKY_SIGMA_ADU, PUBLISHED_SKY_ADU)
HONEST = Recipe(input_scaling="asinh", centre_target=True, schedule="cosine")
COURSE_BEST = replace(HONEST, model="course-best", input_scaling="raw", dropout=0.0)
# One thing changed at a time; the dropout rates are compared in any case.
ABLATIONS = (
    {"input_scaling": "raw"},
    {"input_scaling": "max"},
    {"centre_target": False},
    {"schedule": "constant"},
)

# Measured for 143 x 143 pixels, on two cores.
_STEP_SECONDS = {"flux-cnn": 0.065, "course-best": 0.008}  # of 32 images
_COMPILE_SECONDS = 6  # a network
_LOOK_SECONDS, _DRAW_SECONDS = 0.001, 0.0025  # an image predicted, drawn
_BOUND_SECONDS = 0.026  # a galaxy


@dataclass(frozen=True)
class Stage:
    """Something to compute, once: its result is kept under its name.

    Parameters
    ----------
    name
        Of the file.
    minutes
        How long it will take, about.
    """

    name: str
    minutes: float


@dataclass(frozen=True)
class Drawing(Stage):
    """Draw the galaxies."""


@dataclass(frozen=True)
class Tables(Stage):
    """Fit the baselines that see the catalogue only, as published."""

    trees: int


@dataclass(frozen=True)
class Photometry(Stage):
    """Add up pixels: a method without learning, corrected by a straight line.

    Parameters
    ----------
    sky_sigma_adu
        Noise.
    images
        Number of training images that the line is fitted to.
    """

    sky_sigma_adu: float
    images: int


@dataclass(frozen=True)
class Bound(Stage):
    """Compute the Cramer-Rao bound of some test galaxies."""

    sky_sigma_adu: float
    galaxies: int


@dataclass(frozen=True)
class Training(Stage):
    """Train a network.

    Parameters
    ----------
    recipe
        How. Its seed is added to the seed of the command.
    images
        Number of training images.
    monitored_split
        ``"test"`` or ``"validation"``: the images looked at after every epoch.
    test_epochs
        The epochs after which the test images are predicted; none leaves the test set alone.
    sky_sigma_adu
        Noise.
    chooses_dropout
        Take the rate that did best in the trials instead of the recipe's.
    collapsed_in
        Take a seed that died in this `CollapseCount` stage instead of the recipe's.
    """

    recipe: Recipe
    images: int
    monitored_split: str
    test_epochs: tuple[int, ...] = ()
    sky_sigma_adu: float = SKY_SIGMA_ADU
    chooses_dropout: bool = False
    collapsed_in: str = ""


@dataclass(frozen=True)
class CollapseCount(Stage):
    """Begin the published training from several seeds, and count those that ignore the image.

    Parameters
    ----------
    recipe
        How, for the seeds from its own on.
    images
        Number of training images.
    seeds
        How many.
    sky_sigma_adu
        Noise.
    """

    recipe: Recipe
    images: int
    seeds: int
    sky_sigma_adu: float


def published_name(scaling: str, rate: float) -> str:
    """Return the name of a training stage of the published protocol."""
    return f"published-{scaling}-{rate:g}"


def collapse_name(sky_sigma_adu: float) -> str:
    """Return the name of the stage that counts how many networks die under a sky."""
    return f"published-deaths-{sky_sigma_adu:g}"


def collapsed_name(rate: float) -> str:
    """Return the name of the published training, on raw counts, from a seed that dies."""
    return f"{published_name('raw', rate)}-dying"


def trial_name(rate: float) -> str:
    """Return the name of the stage that tries a dropout rate."""
    return f"trial-dropout-{rate:g}"


def ablation_name(change: dict) -> str:
    """Return the name of the stage that changes one thing."""
    [(name, value)] = change.items()
    return f"ablation-{name}-{value}".lower()


def plan(scale: Scale) -> tuple[Stage, ...]:
    """Return all stages of a scale in the order in which they run: the most telling first."""
    images = scale.train_images + scale.test_images
    skies = (SKY_SIGMA_ADU, *NOISE_LEVELS)
    first, *more = (_honest(scale, f"honest-{seed}", HONEST, seed) for seed in range(scale.seeds))
    return (
        Tables("catalogue", scale.table_galaxies * scale.trees / 1e7, scale.trees),
        Drawing("drawing", images * _size(scale) * _DRAW_SECONDS / 60),
        *(_photometry(scale, sky) for sky in skies),
        *(_bound(scale, sky) for sky in skies),
        *(_trial(scale, trial_name(rate), {"dropout": rate}) for rate in DROPOUT_RATES),
        first,
        *(
            _honest(scale, f"course-best-{seed}", COURSE_BEST, seed)
            for seed in range(scale.seeds)
            if COURSE_BEST.model in MODELS
        ),
        *_published(scale),
        *(_collapse_count(scale, sky) for sky in COLLAPSE_SKIES),
        _collapsed(scale),
        *more,
        *(_noisy(scale, sky) for sky in NOISE_LEVELS),
        *(_trial(scale, ablation_name(change), change) for change in ABLATIONS),
    )


def _size(scale: Scale) -> float:
    """Return the pixels of an image over those of a full-size one."""
    return (scale.stamp_pixels / 143) ** 2


def _held_out(scale: Scale) -> int:
    return round(VALIDATION_FRACTION * scale.train_images)


def _photometry(scale: Scale, sky: float) -> Photometry:
    images = scale.train_images - _held_out(scale)
    if sky != SKY_SIGMA_ADU:
        images = min(images, scale.noise_images)
    looks = (images + _held_out(scale) + scale.test_images) * _size(scale) * _LOOK_SECONDS / 60
    return Photometry(f"photometry-{sky:g}", looks, sky, images)


def _bound(scale: Scale, sky: float) -> Bound:
    minutes = scale.bound_galaxies * _size(scale) * _BOUND_SECONDS / 60
    return Bound(f"bound-{sky:g}", minutes, sky, scale.bound_galaxies)


def _published(scale: Scale) -> Iterator[Training]:
    for rate, test_epochs in scale.published_runs:
        for scaling in PUBLISHED_SCALINGS:
            recipe = replace(
                PUBLISHED, input_scaling=scaling, learning_rate=rate, epochs=max(test_epochs)
            )
            minutes = _minutes(scale, recipe, scale.published_images, scale.test_images)
            name = published_name(scaling, rate)
            yield Training(
                name,
                minutes,
                recipe,
                scale.published_images,
                "test",
                test_epochs,
                PUBLISHED_SKY_ADU,
            )


def _collapse_count(scale: Scale, sky: float) -> CollapseCount:
    recipe = replace(
        PUBLISHED,
        input_scaling="raw",
        learning_rate=scale.highest_rate,
        steps=scale.collapse_steps,
        epochs=1,
    )
    images = scale.published_images
    minutes = scale.collapse_seeds * _minutes(scale, recipe, images, _held_out(scale))
    return CollapseCount(collapse_name(sky), minutes, recipe, images, scale.collapse_seeds, sky)


def _collapsed(scale: Scale) -> Training:
    lives = published_name("raw", scale.highest_rate)
    stage = next(stage for stage in _published(scale) if stage.name == lives)
    counted = collapse_name(stage.sky_sigma_adu)
    return replace(stage, name=collapsed_name(scale.highest_rate), collapsed_in=counted)


def _trial(scale: Scale, name: str, change: dict) -> Training:
    """Return a run that never sees the test set."""
    recipe = replace(HONEST, epochs=scale.trial_epochs, **change)
    return _validated(scale, name, recipe, scale.trial_images)


def _honest(scale: Scale, name: str, recipe: Recipe, seed: int) -> Training:
    recipe = replace(recipe, epochs=scale.honest_epochs, seed=seed)
    return _final(_validated(scale, name, recipe, scale.train_images))


def _noisy(scale: Scale, sky: float) -> Training:
    recipe = replace(HONEST, epochs=scale.noise_epochs)
    stage = _validated(scale, f"noise-{sky:g}", recipe, scale.noise_images)
    return replace(_final(stage), sky_sigma_adu=sky)


def _validated(scale: Scale, name: str, recipe: Recipe, images: int) -> Training:
    """Return a run that looks at the validation images after every epoch."""
    images = min(images, scale.train_images - _held_out(scale))
    minutes = _minutes(scale, recipe, images, _held_out(scale))
    return Training(name, minutes, recipe, images, "validation")


def _final(stage: Training) -> Training:
    """Return a run that is measured on the test set, once, after its last epoch."""
    chooses = stage.recipe.model == HONEST.model
    return replace(stage, test_epochs=(stage.recipe.epochs,), chooses_dropout=chooses)


def _minutes(scale: Scale, recipe: Recipe, images: int, held_out: int) -> float:
    steps = recipe.count_steps(images) * _STEP_SECONDS[recipe.model]
    looks = recipe.epochs * held_out * _LOOK_SECONDS
    return _size(scale) * (_COMPILE_SECONDS + steps + looks) / 60
