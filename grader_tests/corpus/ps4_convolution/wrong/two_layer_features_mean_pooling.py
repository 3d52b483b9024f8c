"""The mean of each window instead of the largest pixel."""

from grader_tests.corpus.ps4_convolution.reference import *

EXPECTED = {"two_layer_features": 5}
VISIBLE = True


def two_layer_features(images, weight1, bias1, weight2, bias2):
    def pool(x):
        return windows(x, 2).mean(axis=-1)

    x = pool(relu_forward(conv2d_forward(images, weight1, bias1, padding=1)))
    return pool(relu_forward(conv2d_forward(x, weight2, bias2, padding=1)))
