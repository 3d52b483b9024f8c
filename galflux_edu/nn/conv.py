"""The convolution layer, by im2col: every window becomes a row, and one matrix product does all."""

import math
from dataclasses import dataclass
from typing import Any

import numpy as np
from jaxtyping import Float

from ..engine import Array, array_namespace, pad
from .layer import Params, Shape, normal_weights, require_image
from .windows import Pair, count_windows, fold, pair, unfold


@dataclass(frozen=True)
class Conv2d:
    r"""Slide `features` small filters over the image, the same weights everywhere.

    .. math:: y_{nhwf} = b_f + \sum_{ijc} x_{n,\,hs+i-p,\,ws+j-p,\,c}\; W_{ijcf}

    with stride s, padding p and x zero outside the image (a cross-correlation, as everywhere in
    deep learning). With the windows as the rows of a matrix X this is :math:`Y = X W + b`, a dense
    layer, and so is its backward pass; `fold` then adds the rows of dX up into dx.

    Parameters
    ----------
    features
        Number of filters F. ``weight`` has shape (kh, kw, C, F), ``bias`` (F,).
    kernel, stride, padding
        In pixels, one number or (height, width); any size, even ones too. The output has
        ``floor((H + 2 * padding - kernel) / stride) + 1`` rows.
    weight_variance
        The weights start as N(0, weight_variance / (kh kw C)): 2 in front of a ReLU.

    References
    ----------
    Chellapilla, Puri & Simard 2006, *High performance convolutional neural networks for document
    processing*, section 4 (unrolling convolutions, im2col).
    """

    features: int
    kernel: int | Pair = 3
    stride: int | Pair = 1
    padding: int | Pair = 0
    weight_variance: float | int = 2.0

    def __post_init__(self) -> None:
        if self.features < 1:
            raise ValueError(f"Conv2d: needed at least 1 feature; got {self.features}")
        pair("Conv2d kernel", self.kernel, 1)
        pair("Conv2d stride", self.stride, 1)
        pair("Conv2d padding", self.padding, 0)

    @property
    def _geometry(self) -> tuple[Pair, Pair, Pair]:
        return tuple(pair("Conv2d", v, 0) for v in (self.kernel, self.stride, self.padding))

    def init(self, rng: np.random.Generator, shape: Shape) -> tuple[Params, Shape]:
        """Draw the weights; the biases start at zero."""
        height, width, channels = require_image("Conv2d", shape)
        kernel, stride, (ph, pw) = self._geometry
        out = count_windows("Conv2d", (height + 2 * ph, width + 2 * pw), kernel, stride)
        fan_in = math.prod(kernel) * channels
        size = (*kernel, channels, self.features)
        weight = normal_weights(rng, size, fan_in, self.weight_variance)
        bias = np.zeros(self.features, dtype=np.float32)
        return {"weight": weight, "bias": bias}, (*out, self.features)

    def _columns(self, x: Array) -> Array:
        kernel, stride, (ph, pw) = self._geometry
        return unfold(pad(pad(x, 1, ph, ph), 2, pw, pw), kernel, stride)

    def forward(
        self, params: Params, x: Float[Array, "N H W C"], key: Any = None
    ) -> tuple[Float[Array, "N Ho Wo F"], Any]:
        """Return y and x; the windows are cut again in `backward`, they would fill the memory."""
        xp = array_namespace(x)
        columns = self._columns(x)
        rows = xp.reshape(columns, (-1, columns.shape[3] * columns.shape[4]))
        y = rows @ xp.reshape(params["weight"], (-1, self.features)) + params["bias"]
        return xp.reshape(y, (*columns.shape[:3], self.features)), x

    def backward(
        self, params: Params, saved: Float[Array, "N H W C"], dy: Float[Array, "N Ho Wo F"]
    ) -> tuple[Float[Array, "N H W C"], Params]:
        """Return dx, dW and db: the dense layer's formulas on the windows, folded back."""
        xp = array_namespace(dy)
        kernel, stride, (ph, pw) = self._geometry
        weight = xp.reshape(params["weight"], (-1, self.features))
        columns = self._columns(saved)
        dy = xp.reshape(dy, (-1, self.features))
        dweight = xp.matrix_transpose(xp.reshape(columns, (-1, weight.shape[0]))) @ dy
        dcolumns = xp.reshape(dy @ xp.matrix_transpose(weight), columns.shape)
        height, width = saved.shape[1:3]
        dx = fold(dcolumns, kernel, stride, (height + 2 * ph, width + 2 * pw))
        return dx[:, ph : ph + height, pw : pw + width, :], {
            "weight": xp.reshape(dweight, params["weight"].shape),
            "bias": xp.sum(dy, axis=0),
        }
