"""Both convolutions eat the edge of the picture."""

from grader_tests.corpus.ps4_convolution.reference import *

EXPECTED = {"two_layer_features": 6}
VISIBLE = True


def two_layer_features(images, weight1, bias1, weight2, bias2):
    x = maxpool_forward(relu_forward(conv2d_forward(images, weight1, bias1)))
    return maxpool_forward(relu_forward(conv2d_forward(x, weight2, bias2)))
