"""The hidden checks compare with sums of windows; here SciPy compares with those."""

import numpy as np
import pytest
from scipy.signal import correlate

from grader_tests.ps4_convolution.oracles import convolve


@pytest.mark.parametrize(("stride", "padding"), [(1, 0), (2, 1), (3, 2)])
def test_windows_times_filters_are_what_scipy_correlates(stride, padding):
    rng = np.random.default_rng(0)
    x, weight, bias = (rng.normal(size=shape) for shape in ((2, 7, 6, 3), (3, 2, 3, 4), (4,)))
    frame = (padding, padding)
    padded = np.pad(x, ((0, 0), frame, frame, (0, 0)))
    expected = [
        [correlate(each, weight[..., f], "valid")[::stride, ::stride, 0] for f in range(4)]
        for each in padded
    ]
    expected = np.moveaxis(np.array(expected), 1, -1) + bias
    np.testing.assert_allclose(convolve(x, weight, bias, stride, padding), expected, atol=1e-12)
