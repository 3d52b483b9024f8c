"""One loop over the places of the kernel, whole pictures at a time."""

import numpy as np


def output_shape(height, width, kernel_height, kernel_width, stride=1, padding=0):
    rows = (height + 2 * padding - kernel_height) // stride + 1
    return rows, (width + 2 * padding - kernel_width) // stride + 1


def pad_images(images, padding):
    frame = (padding, padding)
    return np.pad(images, ((0, 0), frame, frame, (0, 0)))


def shifted(x, weight, rows, columns, stride):
    """Yield for each place of the kernel the pixels that it meets, as a slice of x."""
    kh, kw = weight.shape[:2]
    for i, j in np.ndindex(kh, kw):
        down = slice(i, i + stride * rows, stride)
        right = slice(j, j + stride * columns, stride)
        yield i, j, np.s_[:, down, right, :]


def conv2d_forward(x, weight, bias, stride=1, padding=0):
    kh, kw, _, features = weight.shape
    rows, columns = output_shape(*x.shape[1:3], kh, kw, stride, padding)
    x = pad_images(x, padding)
    y = np.zeros((len(x), rows, columns, features)) + bias
    for i, j, place in shifted(x, weight, rows, columns, stride):
        y += x[place] @ weight[i, j]
    return y


def gradient_check(forward, backward, x, dy, v, step=1e-5):
    slope = (forward(x + step * v) - forward(x - step * v)) / (2 * step)
    a, b = np.sum(dy * slope), np.sum(backward(dy, x) * v)
    return abs(a - b) / max(abs(a), abs(b), 1e-300)


def conv2d_backward(dy, x, weight, stride=1, padding=0):
    height, width = x.shape[1:3]
    padded = pad_images(x, padding)
    dpadded, dweight = np.zeros(padded.shape), np.zeros(weight.shape)
    for i, j, place in shifted(padded, weight, *dy.shape[1:3], stride):
        dweight[i, j] = np.tensordot(padded[place], dy, axes=([0, 1, 2], [0, 1, 2]))
        dpadded[place] += dy @ weight[i, j].T
    dx = dpadded[:, padding : padding + height, padding : padding + width]
    return dx, dweight, dy.sum(axis=(0, 1, 2))


def relu_forward(x):
    return np.maximum(x, 0)


def relu_backward(dy, x):
    return dy * (x > 0)


def windows(x, size):
    """Return the pixels of every window in a row, (N, H // size, W // size, C, size * size)."""
    n, height, width, channels = x.shape
    rows, columns = height // size, width // size
    x = x[:, : rows * size, : columns * size]
    x = x.reshape(n, rows, size, columns, size, channels).transpose(0, 1, 3, 5, 2, 4)
    return x.reshape(n, rows, columns, channels, size * size)


def spread(tiles, x, size):
    """Return pictures shaped like x from the pixels of every window."""
    n, rows, columns, channels, _ = tiles.shape
    tiles = tiles.reshape(n, rows, columns, channels, size, size).transpose(0, 1, 4, 2, 5, 3)
    dx = np.zeros(x.shape)
    dx[:, : rows * size, : columns * size] = tiles.reshape(n, rows * size, columns * size, channels)
    return dx


def maxpool_forward(x, size=2):
    return windows(x, size).max(axis=-1)


def maxpool_backward(dy, x, size=2):
    winner = np.argmax(windows(x, size), axis=-1)[..., None]
    return spread(np.where(np.arange(size * size) == winner, dy[..., None], 0.0), x, size)


def count_parameters(height, width):
    features = (height // 4) * (width // 4) * 24
    return 10 * 12, (9 * 12 + 1) * 24, (features + 1) * 64, 65
