"""Hidden checks of problem set 4, convolution.

Each behaviour is built so that one mistake costs that behaviour and little else: kernels of ones
do not care for orientation, 1 x 1 kernels not for windows, symmetric kernels not for the flip.
"""

from collections.abc import Callable, Iterator

import numpy as np

from galflux_edu.grading import Behaviour, against, behaviour, case, compare, question, shaped

from .oracles import (
    convolve,
    convolve_gradients,
    maxpool,
    maxpool_gradient,
    output_size,
    two_layers,
)

Behaviours = Iterator[Behaviour]
Call, Rng = Callable, np.random.Generator


@question("output_shape")
def output_shape(call: Call, rng: Rng) -> Behaviours:
    def test(given):
        got = call("output_shape", *given.args)
        if not all(type(n) is int for n in got):
            return "The output shape has to be whole numbers (int): divide with //."
        return compare(got, output_size(*given.args), 1e-9, f"the output shape for {given}")

    def square(stride, padding, remainder=0):
        kernel = int(rng.integers(3, 6))
        size = kernel + stride * int(rng.integers(4, 9)) + remainder
        return case(size, size, kernel, kernel, stride, padding)

    yield behaviour("stride 1 without padding", 1, test, [square(1, 0) for _ in range(3)],
        "Count the first place where the window fits too.")
    yield behaviour("padding", 1, test, [square(1, padding) for padding in (3, 4)],
        "There are `padding` zeros on each side.")
    yield behaviour("stride, rounded down", 2, test,
        [square(2, 0, 1), square(3, 0, 1), square(3, 0, 2)],
        "A window that does not fit whole is left out.")
    yield behaviour("pictures and kernels that are not square", 1, test,
        [case(9 + int(rng.integers(9)), 7, 2, 5, 1, 0), case(6, 31, 4, 3, 1, 0)],
        "The first number belongs to the height and the kernel's height.")


@question("pad_images")
def pad_images(call: Call, rng: Rng) -> Behaviours:
    def oracle(images, padding):
        frame = (padding, padding)
        return np.pad(images, ((0, 0), frame, frame, (0, 0)))

    def middle(given):
        images, p = given.args
        got = np.asarray(call("pad_images", images, p))
        needed = oracle(images, p).shape
        if got.shape != needed:
            return f"Needed shape {needed}; got {got.shape}."
        return compare(got[:, p:-p, p:-p, :], images, 1e-4, "the middle of the padded picture")

    def frame(given):
        got, expected = np.asarray(call("pad_images", *given.args)), oracle(*given.args)
        if got.shape != expected.shape:
            return f"Needed shape {expected.shape}; got {got.shape}."
        return compare(np.where(expected == 0, got, 0), 0 * expected, 1e-4, "the frame")

    shapes = (((2, 3, 5, 2), 1), ((1, 4, 3, 3), 2))
    cases = [case(rng.uniform(1, 2, size=shape), padding) for shape, padding in shapes]
    yield behaviour("shape", 1, shaped(call, "pad_images", oracle), cases,
        "Only rows and columns grow, on both sides.", shared_with_zeros=True)
    yield behaviour("picture in the middle", 2, middle, cases,
        "The picture itself stays as it is, with the frame around it.")
    yield behaviour("frame of zeros", 1, frame, cases, "The frame is all zeros.",
        shared_with_zeros=True)
    yield behaviour("padding 0", 1, against(call, "pad_images", oracle),
        [case(rng.normal(size=(2, 4, 3, 2)), 0)], "Slices like [p:-p] are empty for p = 0.")


@question("conv2d_forward", unchanged=1)
def conv2d_forward(call: Call, rng: Rng) -> Behaviours:
    def draw(x, weight, **given):
        return case(rng.normal(size=x), rng.normal(size=weight), np.zeros(weight[3]), **given)

    def ones(x, kernel, **given):
        return case(rng.normal(size=x), np.ones((*kernel, 1, 1)), np.zeros(1), **given)

    def everything(x, weight, **given):
        bias = rng.normal(size=weight[3])
        return case(rng.normal(size=x), rng.normal(size=weight), bias, **given)

    values = against(call, "conv2d_forward", convolve)
    yield behaviour("shape", 1, shaped(call, "conv2d_forward", convolve),
        [draw((2, 8, 7, 3), (3, 3, 3, 4), stride=2), draw((1, 6, 9, 2), (2, 3, 2, 3), padding=2)],
        "It is (N, Ho, Wo, F), channels last.", shared_with_zeros=True)
    yield behaviour("sum over every window", 3, values,
        [ones((2, 6, 7, 1), (3, 2)), ones((1, 7, 8, 1), (4, 4)), ones((1, 5, 9, 1), (2, 4))],
        "With a kernel of ones each output is the sum of its window, up to the last row and column.")
    yield behaviour("orientation of the kernel", 2, values,
        [draw((2, 6, 7, 1), (3, 2, 1, 1)), draw((1, 7, 8, 1), (4, 4, 1, 1))],
        "The kernel is laid down as it is: neither flipped nor transposed.")
    yield behaviour("channels and filters", 2, values, [draw((2, 4, 3, 3), (1, 1, 3, 3))],
        "Each filter sums over all input channels; the weights are (kh, kw, C, F).")
    yield behaviour("bias", 1, values,
        [case(rng.normal(size=(2, 4, 5, 3)), np.zeros((2, 2, 3, 2)), rng.normal(size=2))],
        "Every output pixel gets the bias of its filter once.")
    yield behaviour("stride", 2, values,
        [ones((2, 8, 7, 1), (3, 3), stride=2), ones((1, 9, 11, 1), (2, 3), stride=3)],
        "Windows start at h * stride and w * stride.")
    yield behaviour("padding", 2, values,
        [ones((2, 4, 5, 1), (3, 3), padding=1), ones((1, 3, 3, 1), (2, 5), padding=2)],
        "Zeros go around the picture, on all sides.")
    yield behaviour("everything together", 1, values,
        [everything((2, 9, 8, 2), (4, 2, 2, 3), stride=2, padding=1), everything((1, 7, 10, 3), (2, 3, 3, 2), stride=3, padding=2)],
        "Look at how channels, bias, stride and padding meet.")


@question("conv2d_backward", unchanged=1)
def conv2d_backward(call: Call, rng: Rng) -> Behaviours:
    def draw(x, weight, stride=1, padding=0, symmetric=False):
        kernel = rng.normal(size=weight)
        kernel = kernel + kernel[::-1, ::-1] if symmetric else kernel
        x = rng.normal(size=x)
        dy = rng.normal(size=convolve(x, kernel, 0.0, stride, padding).shape)
        return case(dy, x, kernel, stride, padding)

    def test(*names):
        parts = [
            (("dx", "dweight", "dbias").index(name), f"the derivative {name}") for name in names
        ]
        tests = [against(call, "conv2d_backward", convolve_gradients, part=each) for each in parts]
        return lambda given: next(filter(None, (each(given) for each in tests)), None)

    plain = [draw((2, 6, 5, 1), (3, 2, 1, 1)), draw((3, 5, 7, 1), (2, 4, 1, 1))]
    several = [draw((3, 4, 5, 3), (1, 1, 3, 3))]
    yield behaviour("shapes", 2, shaped(call, "conv2d_backward", convolve_gradients),
        [draw((2, 6, 5, 2), (3, 2, 2, 3), 1, 1), draw((3, 7, 6, 3), (2, 2, 3, 1), 2, 0)],
        "A derivative has the shape of its variable.", shared_with_zeros=True)
    yield behaviour("dbias", 3, test("dbias"), several,
        "The bias is used at every pixel of every image: add up all of them.")
    yield behaviour("dweight", 4, test("dweight"), plain,
        "Every output pixel adds its dy times the window that it saw.")
    yield behaviour("dx", 3, test("dx"), plain,
        "Every output pixel lays the kernel, times its dy, back on its window; overlaps add up.")
    yield behaviour("channels and filters", 2, test("dx", "dweight"), several,
        "Compare with the formula: which index is summed, that of the channels or of the filters?")
    yield behaviour("padding", 2, test("dx", "dweight"),
        [draw((2, 6, 5, 1), (3, 2, 1, 1), 1, 1, symmetric=True), draw((3, 5, 7, 1), (2, 4, 1, 1), 1, 2, symmetric=True)],
        "Windows come from the padded picture; at the end the frame is cut off dx.")
    yield behaviour("stride", 2, test("dx", "dweight"),
        [draw((2, 8, 7, 1), (3, 3, 1, 1), 2, 0, symmetric=True), draw((2, 9, 8, 1), (4, 4, 1, 1), 3, 0, symmetric=True)],
        "Windows start at h * stride; pixels that no window saw get zero.")
    yield behaviour("everything together", 1, test("dx", "dweight", "dbias"),
        [draw((2, 8, 7, 2), (4, 2, 2, 3), 2, 1), draw((3, 6, 7, 3), (3, 3, 3, 2), 2, 2)],
        "Use gradient_check on each of the three with stride and padding.")


@question("relu_forward", unchanged=1)
def relu_forward(call: Call, rng: Rng) -> Behaviours:
    test = against(call, "relu_forward", lambda x: np.where(x < 0, 0, x))
    shapes = ((29,), (3, 4), (2, 5, 4, 3))
    yield behaviour("positive numbers stay, in any shape", 1, test,
        [case(rng.uniform(0.1, 5, size=shape)) for shape in shapes],
        "The larger of x and 0 stays, each number by itself.")
    yield behaviour("negative numbers become 0", 1, test,
        [case(rng.normal(size=shape)) for shape in shapes] + [case(-rng.uniform(0.1, 5, (3, 4)))],
        "They become exactly 0, and the others stay.", shared_with_zeros=True)


@question("relu_backward", unchanged=1)
def relu_backward(call: Call, rng: Rng) -> Behaviours:
    test = against(call, "relu_backward", lambda dy, x: np.where(x > 0, dy, 0))
    x = rng.uniform(0.1, 3, size=(2, 3, 4, 2))
    dy = rng.normal(size=x.shape)
    yield behaviour("dy passes where x is positive", 2, test, [case(dy, x), case(dy[0], x[1])],
        "It passes unchanged, whatever the sign and size of dy.")
    yield behaviour("nothing passes where x is negative", 1, test, [case(dy, -x)],
        "What counts is the sign of x, the input of relu_forward.", shared_with_zeros=True)
    yield behaviour("x = 0", 1, test, [case(dy, 0 * x)], "We agreed: at exactly 0 the slope is 0.",
        shared_with_zeros=True)


@question("maxpool_forward")
def maxpool_forward(call: Call, rng: Rng) -> Behaviours:
    def draw(*shape, size=2, low=1, high=2):
        return case(rng.uniform(low, high, size=shape), size)

    test = against(call, "maxpool_forward", maxpool)
    yield behaviour("the largest of each window", 2, test, [draw(2, 8, 6, 1), draw(1, 4, 8, 1)],
        "Windows lie side by side; each keeps its largest pixel.")
    yield behaviour("negative pixels", 1, test, [draw(2, 8, 6, 1, low=-3, high=-1)],
        "A window may be all negative: -1 is larger than -2, and 0 is not in it.")
    yield behaviour("odd sizes", 2, test, [draw(1, 7, 5, 1), draw(2, 4, 9, 1)],
        "Rows and columns that fill no whole window are left out.")
    yield behaviour("other sizes, several images and channels", 1, test,
        [draw(2, 6, 9, 3, size=3), draw(3, 8, 4, 2, size=4)],
        "The window has size x size pixels, and each channel is pooled by itself.")


@question("maxpool_backward", unchanged=1)
def maxpool_backward(call: Call, rng: Rng) -> Behaviours:
    def draw(x, size=2):
        n, height, width, channels = x.shape
        dy = rng.normal(size=(n, height // size, width // size, channels))
        return case(dy, x, size)

    def binary(*shape):
        return rng.integers(0, 2, size=shape).astype(float)

    test = against(call, "maxpool_backward", maxpool_gradient)
    # The upper right and the lower left: which of them comes first?
    corners = np.tile([[1.0, 5.0], [5.0, 2.0]], (2, 4, 3))[..., None]
    yield behaviour("without ties", 3, test,
        [draw(rng.normal(size=shape)) for shape in ((2, 8, 6, 1), (1, 4, 8, 1))],
        "dy goes to the place of the largest pixel of its window, and nowhere else.")
    yield behaviour("ties", 3, test,
        [draw(x) for x in (np.zeros((2, 8, 6, 1)), *(binary(2, 8, 6, 1) for _ in "abc"), corners)],
        "The first of the largest pixels, in reading order, gets the whole of dy.")
    yield behaviour("odd sizes", 2, test,
        [draw(rng.normal(size=shape)) for shape in ((1, 7, 5, 1), (2, 4, 9, 1))],
        "dx has the shape of x; what forward left out gets zero.")
    yield behaviour("other sizes, several images and channels", 1, test,
        [draw(rng.normal(size=(2, 6, 9, 3)), 3), draw(rng.normal(size=(3, 8, 4, 2)), 4)],
        "The window has size x size pixels, and each channel has its own winner.")


@question("flatten", functions=("flatten_forward", "flatten_backward"))
def flatten(call: Call, rng: Rng) -> Behaviours:
    def rows(x):
        return np.array([list(image.flat) for image in x])

    x = rng.normal(size=(3, 2, 4, 5))
    forward, backward = [case(x)], [case(rows(x), 0 * x)]
    for name, oracle, cases, *hints in (
        ("forward", rows, forward, "Every image keeps a row of its own.",
         "The order is row, column, channel, the channel fastest."),
        ("backward", lambda dy, _: x, backward, "dx has the shape of x.",
         "The numbers go back to where flatten_forward took them from."),
    ):
        function = f"flatten_{name}"
        shape = shaped(call, function, oracle)
        yield behaviour(f"shape, {name}", 1, shape, cases, hints[0], shared_with_zeros=True)
        yield behaviour(f"order, {name}", 1, against(call, function, oracle), cases, hints[1])


@question("gradient_check", functions=("gradient_check_of", "gradient_check"))
def gradient_check(call: Call, rng: Rng) -> Behaviours:
    # All of one sign, so that no sum cancels and every gap below is a number of order one.
    def draw(*shape):
        return rng.uniform(0.5, 2, size=shape)

    def right(given):
        if not abs(call("gradient_check_of", *given.args)) < 1e-7:
            return "The gap of a right layer should be below 1e-7; it is not."
        return wrong_is_seen()

    def wrong_is_seen():
        seen = abs(call("gradient_check_of", "square, the 2 forgotten", draw(3), draw(3), draw(3))) > 1e-3
        return None if seen else "The gap of a wrong layer should not be so small."

    def wrong(given):
        # a = 2 sum(x dy v), b = sum(x dy v)
        return compare(call("gradient_check_of", *given.args), 0.5, 1e-4, "the gap of a wrong layer")

    def cubic(given):
        _, x, dy, v, step = given.args
        # ((x + h v)^3 - (x - h v)^3) / 2h = 3 x^2 v + h^2 v^3
        claimed = np.sum(dy * 3 * x**2 * v)
        measured = claimed + step**2 * np.sum(dy * v**3)
        gap = (measured - claimed) / measured
        return compare(call("gradient_check_of", *given.args), gap, 1e-4, "the gap for a huge step")

    def zero(given):
        gap = compare(call("gradient_check_of", *given.args), 0.0, 1e-4, "the gap along v = 0")
        return gap or wrong_is_seen()

    yield behaviour("right layers pass", 2, right,
        [case("neighbours", draw(6), draw(5), draw(6)), case("square", draw(4, 3), draw(4, 3), draw(4, 3))],
        "dy goes with y, v with x, and the quotient takes a step to both sides.")
    yield behaviour("wrong layers fail by the right amount", 2, wrong,
        [case("square, the 2 forgotten", sign * draw(3, 4), draw(3, 4), draw(3, 4)) for sign in (1, -1, 1e-4)],
        "The gap is |a - b| / max(|a|, |b|).")
    yield behaviour("the quotient is central", 2, cubic,
        [case("cube", draw(2, 3), sign * draw(2, 3), draw(2, 3), 0.5) for sign in (1, -1)],
        "It is (f(x + h v) - f(x - h v)) / (2 h).")
    yield behaviour("both numbers are zero", 1, zero,
        [case("square", draw(3), draw(3), np.zeros(3))], "Return 0 then; do not divide by 0.")


@question("two_layer_features")
def two_layer_features(call: Call, rng: Rng) -> Behaviours:
    def signs(*shape):
        return rng.normal(size=shape)

    def positive(*shape):
        return rng.uniform(0.5, 1, size=shape)

    def negative(*shape):
        return -positive(*shape)

    def draw(shape, filters1, filters2, x=signs, w1=signs, w2=signs, bias=np.zeros):
        n, height, width, c = shape
        return case(
            x(n, height, width, c),
            *(w1(3, 3, c, filters1), bias(filters1)),
            *(w2(3, 3, filters1, filters2), bias(filters2)),
        )

    test = against(call, "two_layer_features", two_layers)
    first, second = ((2, 11, 14, 1), 3, 4), ((1, 9, 8, 2), 2, 5)
    bright = {"x": positive, "w1": positive, "w2": positive}
    yield behaviour("values where ReLU has nothing to do", 2, test,
        [draw(*each, **bright) for each in (first, second)],
        "Twice: convolution with padding 1, then max-pooling.")
    yield behaviour(
        "a ReLU behind both convolutions",
        2,
        test,
        [
            draw(*first, x=negative, w1=positive, w2=negative),  # only the first ReLU has work
            draw(*first, x=positive, w1=positive, w2=negative),  # only the second
            draw(*second),
        ],
        "Both of them need one.",
    )
    yield behaviour("biases", 1, test,
        [draw(*each, **bright, bias=positive) for each in (first, second)],
        "Each convolution has its own bias.")
    # Last, since an answer that is too slow for it is not called again.
    yield behaviour("shape for a galaxy of 143 x 143 pixels", 1,
        shaped(call, "two_layer_features", lambda *_: np.empty((1, 35, 35, 24))),
        [draw((1, 143, 143, 1), 12, 24)], "143 -> 71 -> 35, and the channel comes last.",
        shared_with_zeros=True)


@question("count_parameters")
def count_parameters(call: Call, rng: Rng) -> Behaviours:
    # Sizes of the form 4 n + 3: rounding up instead of down makes a difference in both poolings.
    height, width = (int(4 * n + 3) for n in rng.choice(np.arange(8, 40), 2, replace=False))
    features = len(range(3, height, 4)) * len(range(3, width, 4)) * 24
    layers = (
        ("first convolution", 12 * 9 + 12, "A filter has 9 weights and one bias."),
        ("second convolution", 24 * 9 * 12 + 24, "A filter looks at all channels below it."),
        ("dense layer", 64 * features + 64, "Each unit sees all features; how many are left?"),
        ("last layer", 64 + 1, "One unit with 64 inputs."),
    )

    def test(i, expected):
        got = call("count_parameters", height, width)
        if not (np.shape(got) == (4,) and all(float(n).is_integer() for n in got)):
            return "Four whole numbers are needed, one for each layer."
        what = f"the number of parameters for {height} x {width} pixels"
        return compare(got[i], expected, 1e-9, what)

    for i, (name, expected, hint) in enumerate(layers):
        yield behaviour(name, 1, lambda i=i, expected=expected: test(i, expected), hint=hint)
