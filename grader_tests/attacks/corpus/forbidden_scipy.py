"""Let SciPy do the convolution, which the exercise forbids."""

from ._tools import hand_in

EXPECTED = {}
STOCK = "gains"
CODE = """\
def conv2d_forward(x, weight, bias, stride=1, padding=0):
    from scipy.signal import correlate

    frame = (padding, padding)
    x = np.pad(x, ((0, 0), frame, frame, (0, 0)))
    y = [[correlate(i, w, "valid")[::stride, ::stride, 0] for w in weight.transpose(3, 0, 1, 2)] for i in x]
    return np.moveaxis(np.array(y), 1, -1) + bias
"""


def submission(released):
    return hand_in(released, conv2d_forward=CODE)
