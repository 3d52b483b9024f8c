"""Plain loops all the way down, number by number; only the whole galaxy is left to NumPy."""

import numpy as np

from grader_tests.corpus.ps4_convolution.reference import *

EXPECTED = {}


def pad_images(images, padding):
    n, height, width, channels = images.shape
    padded = np.zeros((n, height + 2 * padding, width + 2 * padding, channels))
    for k, h, w, c in np.ndindex(images.shape):
        padded[k, h + padding, w + padding, c] = images[k, h, w, c]
    return padded


def conv2d_forward(x, weight, bias, stride=1, padding=0):
    kh, kw, channels, features = weight.shape
    rows, columns = output_shape(*x.shape[1:3], kh, kw, stride, padding)
    padded = pad_images(x, padding)
    y = np.zeros((len(x), rows, columns, features))
    for n, h, w, f in np.ndindex(y.shape):
        total = bias[f]
        for i, j, c in np.ndindex(kh, kw, channels):
            total += padded[n, h * stride + i, w * stride + j, c] * weight[i, j, c, f]
        y[n, h, w, f] = total
    return y


def conv2d_backward(dy, x, weight, stride=1, padding=0):
    kh, kw, channels, features = weight.shape
    padded = pad_images(x, padding)
    dpadded, dweight, dbias = np.zeros(padded.shape), np.zeros(weight.shape), np.zeros(features)
    for n, h, w, f in np.ndindex(dy.shape):
        slope = dy[n, h, w, f]
        dbias[f] += slope
        for i, j, c in np.ndindex(kh, kw, channels):
            dweight[i, j, c, f] += slope * padded[n, h * stride + i, w * stride + j, c]
            dpadded[n, h * stride + i, w * stride + j, c] += slope * weight[i, j, c, f]
    dx = np.zeros(x.shape)
    for n, h, w, c in np.ndindex(x.shape):
        dx[n, h, w, c] = dpadded[n, h + padding, w + padding, c]
    return dx, dweight, dbias


def relu_forward(x):
    y = np.zeros(x.shape)
    for place in np.ndindex(x.shape):
        if x[place] > 0:
            y[place] = x[place]
    return y


def relu_backward(dy, x):
    dx = np.zeros(x.shape)
    for place in np.ndindex(x.shape):
        if x[place] > 0:
            dx[place] = dy[place]
    return dx


def _winner(x, n, h, w, c, size):
    best = (n, h * size, w * size, c)
    for i, j in np.ndindex(size, size):
        place = (n, h * size + i, w * size + j, c)
        if x[place] > x[best]:
            best = place
    return best


def maxpool_forward(x, size=2):
    n, height, width, channels = x.shape
    y = np.zeros((n, height // size, width // size, channels))
    for place in np.ndindex(y.shape):
        y[place] = x[_winner(x, *place, size)]
    return y


def maxpool_backward(dy, x, size=2):
    dx = np.zeros(x.shape)
    for place in np.ndindex(dy.shape):
        dx[_winner(x, *place, size)] += dy[place]
    return dx


def flatten_forward(x):
    n, height, width, channels = x.shape
    y = np.zeros((n, height * width * channels))
    for k, h, w, c in np.ndindex(x.shape):
        y[k, (h * width + w) * channels + c] = x[k, h, w, c]
    return y


def flatten_backward(dy, x):
    dx = np.zeros(x.shape)
    for k in range(len(x)):
        for number, place in enumerate(np.ndindex(x.shape[1:])):
            dx[(k, *place)] = dy[k, number]
    return dx


def gradient_check(forward, backward, x, dy, v, step=1e-5):
    ahead, behind = forward(x + step * v), forward(x - step * v)
    a = sum(
        (p - q) / (2 * step) * r for p, q, r in zip(ahead.flat, behind.flat, dy.flat, strict=True)
    )
    b = sum(p * q for p, q in zip(backward(dy, x).flat, v.flat, strict=True))
    return 0 if a == b == 0 else abs(a - b) / max(abs(a), abs(b))


judge = judge_with(gradient_check)
