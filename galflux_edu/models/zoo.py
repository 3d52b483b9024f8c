"""The zoo: networks by name, and the ways to scale what goes into them."""

import re
from collections.abc import Callable, Mapping
from types import MappingProxyType

from jaxtyping import Float

from ..engine import Array, array_namespace, flatten, unflatten
from ..errors import require_choice
from ..nn import (
    Conv2d,
    ConvReLUPool2d,
    Dense,
    Dropout,
    Flatten,
    MaxPool2d,
    ReLU,
    Residual,
    Sequential,
    Tanh,
    WinogradConvReLUPool2d,
)
from ..nn.layer import Layer, Params
from .fractions import LogTotalAndFractions
from .radial import RadialMoments

_SMALL = 1 / 3  # weights start as in the original: PyTorch's default has this variance


def _flux_from_features(dropout: float) -> tuple[Layer, ...]:
    hidden = (Flatten(), Dense(64, weight_variance=_SMALL), ReLU(), Dropout(dropout))
    return (*hidden, Dense(1, weight_variance=_SMALL))


def flux_cnn_plain(dropout: float = 0.2) -> Sequential:
    """Return the flux network of the PHYS378 project: 1,884,465 parameters at 143x143 pixels.

    Two blocks of convolution (3x3, padding 1), ReLU and 2x2 max-pooling with 12 and 24 features,
    then 64 hidden units, ReLU, dropout, and one output: log10 of the flux.

    Parameters
    ----------
    dropout
        Probability that a hidden unit is dropped while training.
    """
    return Sequential(
        (
            *(Conv2d(12, kernel=3, padding=1, weight_variance=_SMALL), ReLU(), MaxPool2d(2)),
            *(Conv2d(24, kernel=3, padding=1, weight_variance=_SMALL), ReLU(), MaxPool2d(2)),
            *_flux_from_features(dropout),
        )
    )


def flux_cnn(dropout: float = 0.2) -> Sequential:
    """Return `flux_cnn_plain` with each of its blocks as one fast layer.

    The same parameters in the same order give the same predictions and gradients.

    Parameters
    ----------
    dropout
        Probability that a hidden unit is dropped while training.
    """
    return Sequential(
        (
            *(
                ConvReLUPool2d(12, weight_variance=_SMALL),
                WinogradConvReLUPool2d(24, weight_variance=_SMALL),
            ),
            *_flux_from_features(dropout),
        )
    )


def course_best(dropout: float = 0.0) -> Sequential:
    r"""Return the most accurate flux estimator of the course: 25,729 parameters for any stamp.

    A photometrist's knowledge, built in: the sum of the pixels is nearly the flux, and what is
    missing (light outside of the stamp, lost in a correction that depends on the profile) can be
    told from how the light is spread over rings. So the network adds up rings, takes the
    logarithm of the whole, and two hidden layers learn the small correction from the shares. It
    takes counts as they are::

        galflux train sky --out runs/best --model course-best --input-scaling raw --dropout 0

    Parameters
    ----------
    dropout
        Probability that a unit of the last hidden layer is dropped while training; no help here.
    """
    rings = RadialMoments()
    correction = (
        *(Dense(128), ReLU(), Dense(128), ReLU(), Dropout(dropout)),
        Dense(1, weight_variance=0.01),  # it starts as the pixel sum
    )
    return Sequential((rings, LogTotalAndFractions(rings.rings), Residual(Sequential(correction))))


def galaxy10_mlp() -> Sequential:
    r"""Return the network of Lecture 7: 476,705 parameters for 69x69 pixels and five classes.

    .. math:: z = W_2 \tanh(W_1 x + b_1) + b_2

    with 100 hidden units. The weights start as 0.1 N(0, 1), the biases at zero. The lecture's
    last sigmoid is part of the loss, `sigmoid_cross_entropy`.
    """
    hidden = Dense(100, weight_variance=0.01 * 69 * 69)  # `Dense` divides by the inputs
    return Sequential((Flatten(), hidden, Tanh(), Dense(5, weight_variance=1.0)))


def galaxy10_linear() -> Sequential:
    """Return one score a class, each a weighted sum of the pixels: what a network must beat."""
    return Sequential((Flatten(), Dense(5, weight_variance=1.0)))


# Networks that read a flux, and networks that tell classes apart.
MODELS: Mapping[str, Callable[..., Sequential]] = MappingProxyType(
    {"flux-cnn": flux_cnn, "flux-cnn-plain": flux_cnn_plain, "course-best": course_best}
)

CLASSIFIERS: Mapping[str, Callable[[], Sequential]] = MappingProxyType(
    {"galaxy10-linear": galaxy10_linear, "galaxy10-mlp": galaxy10_mlp}
)


def build(name: str, dropout: float) -> Sequential:
    """Return the network called `name`."""
    require_choice("model", name, MODELS)
    return MODELS[name](dropout=dropout)


def rename(params: Params, like: Params) -> Params:
    """Return `params` under the names of `like`, one by one in the order of their layers.

    So the parameters of one network go into another that computes the same, such as `flux_cnn` and
    `flux_cnn_plain`, or one whose layers had other names. Where the two trees do not hold equal
    shapes in the same order, `params` come back as they are.
    """
    ours, names = flatten(params), flatten(like)
    pairs = dict(zip(sorted(names, key=_by_layer), sorted(ours, key=_by_layer), strict=False))
    same = all(ours[old].shape == names[new].shape for new, old in pairs.items())
    if len(ours) != len(names) or not same:
        return params
    return unflatten({name: ours[pairs[name]] for name in names})


def _by_layer(name: str) -> list[str | int]:
    """Sort ``2_relu/weight`` before ``10_relu/bias``: numbers as numbers."""
    return [int(part) if part.isdigit() else part for part in re.split(r"(\d+)", name)]


def gray_levels(images: Float[Array, "N H W C"]) -> Float[Array, "N H W C"]:
    """Bring gray levels from 0 to 255 into [0, 1)."""
    return images / 256.0


def raw(images: Float[Array, "N H W C"]) -> Float[Array, "N H W C"]:
    """Return counts as they are."""
    return images


def divide_by_maximum(images: Float[Array, "N H W C"]) -> Float[Array, "N H W C"]:
    """Divide each image by its own brightest pixel. This throws the flux away."""
    xp = array_namespace(images)
    brightest = xp.max(xp.abs(images), axis=(1, 2, 3), keepdims=True)
    return images / xp.where(brightest > 0, brightest, xp.ones_like(brightest))


ASINH_SOFTENING_ADU = 30.0


def asinh_stretch(images: Float[Array, "N H W C"]) -> Float[Array, "N H W C"]:
    r"""Return :math:`\operatorname{arsinh}(x / s)` of counts x in ADU, with s = 30 ADU.

    Linear for pixels far below s, so that faint light still adds up; logarithmic far above, so
    that the core of a bright galaxy does not drown everything else.

    References
    ----------
    Lupton, Gunn & Szalay (1999), AJ 118, 1406, eq. 3.
    """
    return array_namespace(images).asinh(images / ASINH_SOFTENING_ADU)


INPUT_SCALINGS: Mapping[str, Callable[[Array], Array]] = MappingProxyType(
    {"asinh": asinh_stretch, "raw": raw, "max": divide_by_maximum}
)
