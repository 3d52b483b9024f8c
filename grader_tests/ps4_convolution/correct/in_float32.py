"""Everything in single precision, as on a graphics card; finite differences stay in double."""

import numpy as np


def _single(*arrays):
    return [np.asarray(array, dtype=np.float32) for array in arrays]


def _patches(x, kh, kw, stride, rows, columns):
    """Yield for each output pixel its place and the patch that it sees."""
    for h, w in np.ndindex(rows, columns):
        top, left = h * stride, w * stride
        yield np.s_[:, h, w], np.s_[:, top : top + kh, left : left + kw]


def pad_images(images, padding):
    frame = (padding, padding)
    return np.pad(*_single(images), ((0, 0), frame, frame, (0, 0)))


def conv2d_forward(x, weight, bias, stride=1, padding=0):
    x, weight, bias = _single(x, weight, bias)
    kh, kw, _, features = weight.shape
    rows, columns = output_shape(*x.shape[1:3], kh, kw, stride, padding)
    padded, y = pad_images(x, padding), np.empty((len(x), rows, columns, features), np.float32)
    for place, patch in _patches(x, kh, kw, stride, rows, columns):
        y[place] = np.tensordot(padded[patch], weight, axes=3) + bias
    return y


def conv2d_backward(dy, x, weight, stride=1, padding=0):
    dy, x, weight = _single(dy, x, weight)
    padded = pad_images(x, padding)
    dpadded, dweight = np.zeros_like(padded), np.zeros_like(weight)
    for place, patch in _patches(x, *weight.shape[:2], stride, *dy.shape[1:3]):
        dweight += np.tensordot(padded[patch], dy[place], axes=(0, 0))
        dpadded[patch] += np.tensordot(dy[place], weight, axes=(1, 3))
    dx = dpadded[:, padding : padding + x.shape[1], padding : padding + x.shape[2]]
    return dx, dweight, np.sum(dy, axis=(0, 1, 2))


def relu_forward(x):
    return np.maximum(*_single(x, 0))


def relu_backward(dy, x):
    return np.where(x > 0, *_single(dy, 0))


def flatten_forward(x):
    return np.reshape(*_single(x), (len(x), -1))


def flatten_backward(dy, x):
    return np.reshape(*_single(dy), x.shape)
