"""The notebook as it was handed out."""

from grader_tests.corpus.ps4_convolution.reference import judge_with

EXPECTED = {
    "output_shape": 5,
    "pad_images": 5,
    "conv2d_forward": 15,
    "gradient_check": 7,
    "conv2d_backward": 20,
    "relu_forward": 3,
    "relu_backward": 5,
    "maxpool_forward": 6,
    "maxpool_backward": 10,
    "flatten": 4,
    "two_layer_features": 6,
    "count_parameters": 4,
}
VISIBLE = True


def output_shape(height, width, kernel_height, kernel_width, stride=1, padding=0):
    raise NotImplementedError


def pad_images(images, padding):
    raise NotImplementedError


def conv2d_forward(x, weight, bias, stride=1, padding=0):
    raise NotImplementedError


def gradient_check(forward, backward, x, dy, v, step=1e-5):
    raise NotImplementedError


def conv2d_backward(dy, x, weight, stride=1, padding=0):
    raise NotImplementedError


def relu_forward(x):
    raise NotImplementedError


def relu_backward(dy, x):
    raise NotImplementedError


def maxpool_forward(x, size=2):
    raise NotImplementedError


def maxpool_backward(dy, x, size=2):
    raise NotImplementedError


def flatten_forward(x):
    raise NotImplementedError


def flatten_backward(dy, x):
    raise NotImplementedError


def two_layer_features(images, weight1, bias1, weight2, bias2):
    raise NotImplementedError


def count_parameters(height, width):
    raise NotImplementedError


judge = judge_with(gradient_check)
