"""The second convolution has no bias."""

from grader_tests.corpus.ps4_convolution.reference import *

EXPECTED = {"two_layer_features": 1}
VISIBLE = True


def two_layer_features(images, weight1, bias1, weight2, bias2):
    x = maxpool_forward(relu_forward(conv2d_forward(images, weight1, bias1, padding=1)))
    return maxpool_forward(relu_forward(conv2d_forward(x, weight2, 0 * bias2, padding=1)))
