"""Pooling comes before the convolution, not behind it."""

from grader_tests.corpus.ps4_convolution.reference import *

EXPECTED = {"two_layer_features": 5}
VISIBLE = True


def two_layer_features(images, weight1, bias1, weight2, bias2):
    x = relu_forward(conv2d_forward(maxpool_forward(images), weight1, bias1, padding=1))
    return relu_forward(conv2d_forward(maxpool_forward(x), weight2, bias2, padding=1))
