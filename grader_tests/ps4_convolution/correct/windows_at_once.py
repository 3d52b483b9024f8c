"""All windows at once: a sliding view and einsum; a convolution of dy for dx; pool, then ReLU."""

import numpy as np
from numpy.lib.stride_tricks import sliding_window_view


def output_shape(height, width, kernel_height, kernel_width, stride=1, padding=0):
    starts = [
        np.arange(0, size + 2 * padding - kernel + 1, stride)
        for size, kernel in ((height, kernel_height), (width, kernel_width))
    ]
    return [len(each) for each in starts]


def _windows(x, kernel, stride, padding):
    """Return (N, Ho, Wo, C, kh, kw)."""
    view = sliding_window_view(pad_images(x, padding), kernel, axis=(1, 2))
    return view[:, ::stride, ::stride]


def conv2d_forward(x, weight, bias, stride=1, padding=0):
    tiles = _windows(x, weight.shape[:2], stride, padding)
    return np.einsum("nhwcij,ijcf->nhwf", tiles, weight, optimize=True) + bias


def conv2d_backward(dy, x, weight, stride=1, padding=0):
    kh, kw = weight.shape[:2]
    dweight = np.einsum("nhwcij,nhwf->ijcf", _windows(x, (kh, kw), stride, padding), dy)
    # dy with its strides opened, framed, and slid over by the flipped kernel
    n, rows, columns, features = dy.shape
    height, width = (x.shape[i] + 2 * padding for i in (1, 2))
    opened = np.zeros((n, height + kh - 1, width + kw - 1, features))
    bottom, right = kh - 1 + rows * stride, kw - 1 + columns * stride
    opened[:, kh - 1 : bottom : stride, kw - 1 : right : stride] = dy
    flipped = weight[::-1, ::-1].swapaxes(2, 3)
    dpadded = np.einsum("nhwfij,ijfc->nhwc", _windows(opened, (kh, kw), 1, 0), flipped)
    dx = dpadded[:, padding : padding + x.shape[1], padding : padding + x.shape[2]]
    return dx, dweight, np.einsum("nhwf->f", dy)


def relu_forward(x):
    return x * (x > 0)


def relu_backward(dy, x):
    dx = dy.copy()
    dx[x <= 0] = 0
    return dx


def maxpool_forward(x, size=2):
    return sliding_window_view(x, (size, size), axis=(1, 2))[:, ::size, ::size].max(axis=(4, 5))


def flatten_forward(x):
    return np.einsum("nhwc->nhwc", x).reshape(-1, np.prod(x.shape[1:]))


def two_layer_features(images, weight1, bias1, weight2, bias2):
    # The largest pixel stays the largest behind a ReLU: pooling first is the same, and less work.
    x = relu_forward(maxpool_forward(conv2d_forward(images, weight1, bias1, padding=1)))
    return relu_forward(maxpool_forward(conv2d_forward(x, weight2, bias2, padding=1)))


def count_parameters(height, width):
    features = 24 * ((height // 2) // 2) * ((width // 2) // 2)
    shapes = ((3, 3, 1, 12), (3, 3, 12, 24), (features, 64), (64, 1))
    return np.array([np.prod(shape) + shape[-1] for shape in shapes])
