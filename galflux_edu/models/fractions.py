"""From sums of light to a logarithm and to shares of the whole."""

import math
from dataclasses import dataclass
from typing import Any

import numpy as np
from jaxtyping import Float

from ..engine import Array, array_namespace
from ..errors import InputError
from ..nn.layer import Params, Shape


@dataclass(frozen=True)
class LogTotalAndFractions:
    r"""Split features into how bright and how distributed.

    With the whole :math:`s = \max(\sum_{k<K} x_k, s_\mathrm{min})`

    .. math:: y = \left(\log_{10}\frac{s}{s_0},\ c\,\frac{x_1}{s},\ c\,\frac{x_2}{s}, \dots\right)

    Two galaxies of one shape have the same shares, whatever their fluxes. With
    :math:`d_0` the first of dy and :math:`d` the others

    .. math:: dx_k = \frac{c\,d_k}{s} + [k<K]\,[s > s_\mathrm{min}]
              \frac{1}{s} \left(\frac{d_0}{\ln 10} - \frac{c}{s} \sum_j d_j x_j \right)

    Parameters
    ----------
    n_bins
        K: how many of the features add up to the whole.
    reference
        :math:`s_0` in the unit of x: the whole whose logarithm is zero.
    minimum
        :math:`s_\mathrm{min}`: noise can make a sum negative, which has no logarithm.
    scale
        c, which brings the shares of some twenty bins to about one.
    """

    n_bins: int
    reference: float | int = 1e4
    minimum: float | int = 30
    scale: float | int = 10

    def init(self, rng: np.random.Generator, shape: Shape) -> tuple[Params, Shape]:
        """Return no parameters and one feature more."""
        if len(shape) != 1 or shape[0] < self.n_bins:
            raise InputError(
                f"LogTotalAndFractions: needed examples of at least {self.n_bins} features; "
                f"got {shape}"
            )
        return {}, (shape[0] + 1,)

    def forward(
        self, params: Params, x: Float[Array, "N D"], key: Any = None
    ) -> tuple[Float[Array, "N E"], Any]:
        """Return y, and x with its whole."""
        xp = array_namespace(x)
        total = xp.sum(x[:, : self.n_bins], axis=1, keepdims=True)
        whole = xp.where(total > self.minimum, total, xp.asarray(self.minimum, dtype=x.dtype))
        y = xp.concat([xp.log10(whole / self.reference), self.scale * x / whole], axis=1)
        return y, (x, whole)

    def backward(
        self, params: Params, saved: Any, dy: Float[Array, "N E"]
    ) -> tuple[Float[Array, "N D"], Params]:
        """Return dx."""
        xp = array_namespace(dy)
        x, whole = saved
        logarithm, shares = dy[:, :1] / math.log(10), self.scale * dy[:, 1:]
        through = logarithm - xp.sum(shares * x, axis=1, keepdims=True) / whole
        through = xp.where(whole > self.minimum, through, xp.zeros_like(through))
        in_whole, other = shares[:, : self.n_bins], shares[:, self.n_bins :]
        return xp.concat([in_whole + through, other], axis=1) / whole, {}
