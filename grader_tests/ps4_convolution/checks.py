"""Hidden checks of problem set 4, convolution.

Each behaviour is built so that one mistake costs that behaviour and little else: kernels of ones
do not care for orientation, 1 x 1 kernels not for windows, symmetric kernels not for the flip.
"""

from collections.abc import Callable, Iterator

import numpy as np

from galflux_edu.grading import Behaviour, behaviour, check, compare

from .oracles import (
    convolve,
    convolve_gradients,
    every,
    maxpool,
    maxpool_gradient,
    two_layers,
)

# What holds the answers is hidden while this set is graded ...
MASKED = (
    "galflux_edu.flux",
    "galflux_edu.gradcheck",
    "galflux_edu.models",
    "galflux_edu.nn",
    "scipy.ndimage",
    "scipy.signal",
    "torch",
)
# ... and what cannot be hidden from what needs it is shown to a person, if an answer names it.
FORBIDDEN = (
    *MASKED,
    "jax.grad",
    "jax.jacfwd",
    "jax.jacrev",
    "jax.jvp",
    "jax.lax",
    "jax.linear_transpose",
    "jax.linearize",
    "jax.scipy",
    "jax.value_and_grad",
    "jax.vjp",
    "scipy",
)

RTOL = 1e-4  # float32 is as good as float64
Behaviours = Iterator[Behaviour]


@check("output_shape", points=5, functions=("output_shape",))
def output_shape(call: Callable, rng: np.random.Generator) -> Behaviours:
    def test(height, width, kh, kw, stride, padding):
        got = call("output_shape", height, width, kh, kw, stride, padding)
        if not all(type(n) is int for n in got):
            return "The output shape has to be whole numbers (int): divide with //."
        spaces = (height + 2 * padding - kh, width + 2 * padding - kw)
        # Counted, not computed: how many multiples of the stride are there from 0 to the space?
        expected = [len(range(0, space + 1, stride)) for space in spaces]
        case = f"stride {stride}, padding {padding}"
        return compare(got, expected, 1e-9, f"the output shape for {case}")

    def square(stride, padding, remainder=0):
        kernel = int(rng.integers(3, 6))
        size = kernel + stride * int(rng.integers(4, 9)) + remainder
        return size, size, kernel, kernel, stride, padding

    yield behaviour(
        "stride 1 without padding",
        1,
        lambda: every(test, [square(1, 0) for _ in range(3)]),
        "Count the first place where the window fits too.",
    )
    yield behaviour(
        "padding",
        1,
        lambda: every(test, [square(1, p) for p in (3, 4)]),
        "There are `padding` zeros on each side.",
    )
    yield behaviour(
        "stride, rounded down",
        2,
        lambda: every(test, [square(2, 0, 1), square(3, 0, 1), square(3, 0, 2)]),
        "A window that does not fit whole is left out.",
    )
    yield behaviour(
        "pictures and kernels that are not square",
        1,
        lambda: every(test, [(9 + int(rng.integers(9)), 7, 2, 5, 1, 0), (6, 31, 4, 3, 1, 0)]),
        "The first number belongs to the height and the kernel's height.",
    )


@check("pad_images", points=5, functions=("pad_images",))
def pad_images(call: Callable, rng: np.random.Generator) -> Behaviours:
    def cases():
        for n, height, width, channels, padding in ((2, 3, 5, 2, 1), (1, 4, 3, 3, 2)):
            images = rng.uniform(1, 2, size=(n, height, width, channels))
            frame = (padding, padding)
            yield images, padding, np.pad(images, ((0, 0), frame, frame, (0, 0)))

    def shape(images, padding, expected):
        got = np.shape(call("pad_images", images, padding))
        return None if got == expected.shape else f"Needed shape {expected.shape}; got {got}."

    def middle(images, padding, expected):
        inside = np.s_[:, padding:-padding, padding:-padding, :]
        got = np.asarray(call("pad_images", images, padding))
        return shape(images, padding, expected) or compare(
            got[inside], images, RTOL, "the middle of the padded picture"
        )

    def frame(images, padding, expected):
        got = np.asarray(call("pad_images", images, padding))
        return shape(images, padding, expected) or compare(
            np.where(expected == 0, got, 0), 0 * expected, RTOL, "the frame"
        )

    def nothing(images):
        return compare(call("pad_images", images, 0), images, RTOL, "the picture with padding 0")

    yield behaviour(
        "shape", 1, lambda: every(shape, cases()), "Only rows and columns grow, on both sides."
    )
    yield behaviour(
        "picture in the middle",
        2,
        lambda: every(middle, cases()),
        "The picture itself stays as it is, with the frame around it.",
    )
    yield behaviour("frame of zeros", 1, lambda: every(frame, cases()), "The frame is all zeros.")
    yield behaviour(
        "padding 0",
        1,
        lambda: nothing(rng.normal(size=(2, 4, 3, 2))),
        "Slices like [p:-p] are empty for p = 0.",
    )


@check("conv2d_forward", points=15, functions=("conv2d_forward",))
def conv2d_forward(call: Callable, rng: np.random.Generator) -> Behaviours:
    def draw(x, weight, **given):
        return rng.normal(size=x), rng.normal(size=weight), np.zeros(weight[3]), given

    def ones(x, kernel, **given):
        return rng.normal(size=x), np.ones((*kernel, 1, 1)), np.zeros(1), given

    def values(x, weight, bias, given):
        expected = convolve(x, weight, bias, **given)
        got = call("conv2d_forward", x, weight, bias, **given)
        return compare(got, expected, RTOL, f"the output for {_convolution(x, weight, given)}")

    def shape(x, weight, bias, given):
        expected = convolve(x, weight, bias, **given).shape
        got = np.shape(call("conv2d_forward", x, weight, bias, **given))
        case = _convolution(x, weight, given)
        return None if got == expected else f"For {case}: needed shape {expected}; got {got}."

    mixed = [
        draw((2, 8, 7, 3), (3, 3, 3, 4), stride=2),
        draw((1, 6, 9, 2), (2, 3, 2, 3), padding=2),
    ]
    yield behaviour("shape", 2, lambda: every(shape, mixed), "It is (N, Ho, Wo, F), channels last.")
    windows = [ones((2, 6, 7, 1), (3, 2)), ones((1, 7, 8, 1), (4, 4))]
    yield behaviour(
        "sum over every window",
        3,
        lambda: every(values, windows),
        "With a kernel of ones each output is the sum of its window, up to the last row and "
        "column.",
    )
    oriented = [draw((2, 6, 7, 1), (3, 2, 1, 1)), draw((1, 7, 8, 1), (4, 4, 1, 1))]
    yield behaviour(
        "orientation of the kernel",
        2,
        lambda: every(values, oriented),
        "The kernel is laid down as it is: neither flipped nor transposed.",
    )
    mixing = draw((2, 4, 3, 3), (1, 1, 3, 3))
    yield behaviour(
        "channels and filters",
        2,
        lambda: values(*mixing),
        "Each filter sums over all input channels; the weights are (kh, kw, C, F).",
    )
    yield behaviour(
        "bias",
        1,
        lambda: values(
            rng.normal(size=(2, 4, 5, 3)), np.zeros((2, 2, 3, 2)), rng.normal(size=2), {}
        ),
        "Every output pixel gets the bias of its filter once.",
    )
    strided = [
        ones((2, 8, 7, 1), (3, 3), stride=2),
        ones((1, 9, 11, 1), (2, 3), stride=3),
    ]
    yield behaviour(
        "stride",
        2,
        lambda: every(values, strided),
        "Windows start at h * stride and w * stride.",
    )
    framed = [ones((2, 4, 5, 1), (3, 3), padding=1), ones((1, 3, 3, 1), (2, 5), padding=2)]
    yield behaviour(
        "padding", 2, lambda: every(values, framed), "Zeros go around the picture, on all sides."
    )
    together = [
        (
            rng.normal(size=(2, 9, 8, 2)),
            rng.normal(size=(4, 2, 2, 3)),
            rng.normal(size=3),
            {"stride": 2, "padding": 1},
        ),
        (
            rng.normal(size=(1, 7, 10, 3)),
            rng.normal(size=(2, 3, 3, 2)),
            rng.normal(size=2),
            {"stride": 3, "padding": 2},
        ),
    ]
    yield behaviour(
        "everything together",
        1,
        lambda: every(values, together),
        "Look at how channels, bias, stride and padding meet.",
    )


def _convolution(x: np.ndarray, weight: np.ndarray, given: dict[str, int]) -> str:
    """Return a convolution in words, for the beginning of a sentence."""
    settings = "".join(f", {name} {value}" for name, value in given.items())
    return f"pictures {x.shape}, weights {weight.shape}{settings}"


@check("conv2d_backward", points=20, functions=("conv2d_backward",))
def conv2d_backward(call: Callable, rng: np.random.Generator) -> Behaviours:
    def case(x, weight, stride=1, padding=0, symmetric=False):
        kernel = rng.normal(size=weight)
        if symmetric:
            kernel = kernel + kernel[::-1, ::-1]
        x = rng.normal(size=x)
        dy = rng.normal(size=convolve(x, kernel, 0.0, stride, padding).shape)
        return dy, x, kernel, stride, padding

    def test(*names):
        order = ("dx", "dweight", "dbias")

        def one(dy, x, weight, stride, padding):
            got = call("conv2d_backward", dy, x, weight, stride, padding)
            if not (isinstance(got, tuple) and len(got) == 3):
                return "Three arrays are needed: dx, dweight, dbias."
            expected = convolve_gradients(dy, x, weight, stride, padding)
            what = _convolution(x, weight, {"stride": stride, "padding": padding})
            return every(
                lambda i: compare(
                    got[i], expected[i], RTOL, f"the derivative {order[i]} for {what}"
                ),
                [(order.index(name),) for name in names],
            )

        return one

    def shapes(dy, x, weight, stride, padding):
        needed = (x.shape, weight.shape, dy.shape[3:])
        got = tuple(
            np.shape(each) for each in call("conv2d_backward", dy, x, weight, stride, padding)
        )
        return (
            None
            if got == needed
            else (f"The shapes of (dx, dweight, dbias) should be {needed}; they are {got}.")
        )

    mixed = [case((2, 6, 5, 2), (3, 2, 2, 3), 1, 1), case((3, 7, 6, 3), (2, 2, 3, 1), 2, 0)]
    yield behaviour(
        "shapes", 2, lambda: every(shapes, mixed), "A derivative has the shape of its variable."
    )
    several = case((3, 4, 5, 3), (1, 1, 3, 3))
    yield behaviour(
        "dbias",
        3,
        lambda: test("dbias")(*several),
        "The bias is used at every pixel of every image: add up all of them.",
    )
    plain = [case((2, 6, 5, 1), (3, 2, 1, 1)), case((3, 5, 7, 1), (2, 4, 1, 1))]
    yield behaviour(
        "dweight",
        4,
        lambda: every(test("dweight"), plain),
        "Every output pixel adds its dy times the window that it saw.",
    )
    yield behaviour(
        "dx",
        4,
        lambda: every(test("dx"), plain),
        "Every output pixel lays the kernel, times its dy, back on its window; overlaps add up.",
    )
    yield behaviour(
        "channels and filters",
        2,
        lambda: test("dx", "dweight")(*several),
        "Compare with the formula: which index is summed, that of the channels or of the filters?",
    )
    framed = [
        case((2, 6, 5, 1), (3, 2, 1, 1), 1, 1, symmetric=True),
        case((3, 5, 7, 1), (2, 4, 1, 1), 1, 2, symmetric=True),
    ]
    yield behaviour(
        "padding",
        2,
        lambda: every(test("dx", "dweight"), framed),
        "Windows come from the padded picture; at the end the frame is cut off dx.",
    )
    strided = [
        case((2, 8, 7, 1), (3, 3, 1, 1), 2, 0, symmetric=True),
        case((2, 9, 8, 1), (4, 4, 1, 1), 3, 0, symmetric=True),
    ]
    yield behaviour(
        "stride",
        2,
        lambda: every(test("dx", "dweight"), strided),
        "Windows start at h * stride; pixels that no window saw get zero.",
    )
    together = [case((2, 8, 7, 2), (4, 2, 2, 3), 2, 1), case((3, 6, 7, 3), (3, 3, 3, 2), 2, 2)]
    yield behaviour(
        "everything together",
        1,
        lambda: every(test("dx", "dweight", "dbias"), together),
        "Use gradient_check on each of the three with stride and padding.",
    )


@check("relu_forward", points=3, functions=("relu_forward",))
def relu_forward(call: Callable, rng: np.random.Generator) -> Behaviours:
    def test(x):
        return compare(call("relu_forward", x), np.where(x < 0, 0, x), RTOL, "the output")

    positive = rng.uniform(0.1, 5, size=(3, 4))
    yield behaviour(
        "positive numbers stay", 1, lambda: test(positive), "The larger of x and 0 stays."
    )
    yield behaviour(
        "negative numbers become 0", 1, lambda: test(-positive), "They become exactly 0."
    )
    yield behaviour(
        "any shape",
        1,
        lambda: every(test, [(rng.normal(size=s),) for s in ((29,), (2, 5, 4, 3))]),
        "Each number is treated by itself, whatever the shape.",
    )


@check("relu_backward", points=5, functions=("relu_backward",))
def relu_backward(call: Callable, rng: np.random.Generator) -> Behaviours:
    x = rng.uniform(0.1, 3, size=(2, 3, 4, 2))
    dy = rng.normal(size=x.shape)

    def test(x, expected):
        return compare(call("relu_backward", dy, x), expected, RTOL, "the derivative dx")

    yield behaviour(
        "dy passes where x is positive",
        2,
        lambda: test(x, dy),
        "It passes unchanged, whatever the sign and size of dy.",
    )
    yield behaviour(
        "nothing passes where x is negative",
        2,
        lambda: test(-x, 0 * dy),
        "What counts is the sign of x, the input of relu_forward.",
    )
    yield behaviour(
        "x = 0", 1, lambda: test(0 * x, 0 * dy), "We agreed: at exactly 0 the slope is 0."
    )


@check("maxpool_forward", points=6, functions=("maxpool_forward",))
def maxpool_forward(call: Callable, rng: np.random.Generator) -> Behaviours:
    def test(shape, low, high, size=2):
        x = rng.uniform(low, high, size=shape)
        what = f"the output for pictures {shape} with size {size}"
        return compare(call("maxpool_forward", x, size), maxpool(x, size), RTOL, what)

    yield behaviour(
        "the largest of each window",
        2,
        lambda: every(test, [((2, 8, 6, 1), 1, 2), ((1, 4, 8, 1), 1, 2)]),
        "Windows lie side by side; each keeps its largest pixel.",
    )
    yield behaviour(
        "negative pixels",
        1,
        lambda: test((2, 8, 6, 1), -3, -1),
        "A window may be all negative: -1 is larger than -2, and 0 is not in it.",
    )
    yield behaviour(
        "odd sizes",
        2,
        lambda: every(test, [((1, 7, 5, 1), 1, 2), ((2, 4, 9, 1), 1, 2)]),
        "Rows and columns that fill no whole window are left out.",
    )
    yield behaviour(
        "other sizes, several images and channels",
        1,
        lambda: every(test, [((2, 6, 9, 3), 1, 2, 3), ((3, 8, 4, 2), 1, 2, 4)]),
        "The window has size x size pixels, and each channel is pooled by itself.",
    )


@check("maxpool_backward", points=10, functions=("maxpool_backward",))
def maxpool_backward(call: Callable, rng: np.random.Generator) -> Behaviours:
    def test(x, size=2):
        n, height, width, channels = x.shape
        dy = rng.normal(size=(n, height // size, width // size, channels))
        expected = maxpool_gradient(dy, x, size)
        what = f"the derivative dx for pictures {x.shape} with size {size}"
        return compare(call("maxpool_backward", dy, x, size), expected, RTOL, what)

    def ties():
        yield (np.zeros((2, 8, 6, 1)),)
        for _ in range(3):
            yield (rng.integers(0, 2, size=(2, 8, 6, 1)).astype(float),)
        # The upper right and the lower left: which of them comes first?
        yield (np.tile([[1.0, 5.0], [5.0, 2.0]], (2, 4, 3))[..., None],)

    yield behaviour(
        "without ties",
        4,
        lambda: every(test, [(rng.normal(size=s),) for s in ((2, 8, 6, 1), (1, 4, 8, 1))]),
        "dy goes to the place of the largest pixel of its window, and nowhere else.",
    )
    yield behaviour(
        "ties",
        3,
        lambda: every(test, ties()),
        "The first of the largest pixels, in reading order, gets the whole of dy.",
    )
    yield behaviour(
        "odd sizes",
        2,
        lambda: every(test, [(rng.normal(size=s),) for s in ((1, 7, 5, 1), (2, 4, 9, 1))]),
        "dx has the shape of x; what forward left out gets zero.",
    )
    yield behaviour(
        "other sizes, several images and channels",
        1,
        lambda: every(
            test, [(rng.normal(size=(2, 6, 9, 3)), 3), (rng.normal(size=(3, 8, 4, 2)), 4)]
        ),
        "The window has size x size pixels, and each channel has its own winner.",
    )


@check("flatten", points=4, functions=("flatten_forward", "flatten_backward"))
def flatten(call: Callable, rng: np.random.Generator) -> Behaviours:
    x = rng.normal(size=(3, 2, 4, 5))
    rows = np.array([list(image.flat) for image in x])

    def shape(name, got, expected):
        return None if got == expected else f"{name}: needed shape {expected}; got {got}."

    def forward():
        return call("flatten_forward", x)

    def backward():
        return call("flatten_backward", rows, 0 * x)

    yield behaviour(
        "shape, forward",
        1,
        lambda: shape("flatten_forward", np.shape(forward()), rows.shape),
        "Every image keeps a row of its own.",
    )
    yield behaviour(
        "order, forward",
        1,
        lambda: compare(forward(), rows, RTOL, "the output of flatten_forward"),
        "The order is row, column, channel, the channel fastest.",
    )
    yield behaviour(
        "shape, backward",
        1,
        lambda: shape("flatten_backward", np.shape(backward()), x.shape),
        "dx has the shape of x.",
    )
    yield behaviour(
        "order, backward",
        1,
        lambda: compare(backward(), x, RTOL, "the output of flatten_backward"),
        "The numbers go back to where flatten_forward took them from.",
    )


@check("gradient_check", points=7, functions=("judge", "gradient_check"))
def gradient_check(call: Callable, rng: np.random.Generator) -> Behaviours:
    # All of one sign, so that no sum cancels and every gap below is a number of order one.
    def draw(*shape):
        return rng.uniform(0.5, 2, size=shape)

    def right(layer, x, dy):
        got = call("judge", layer, x, dy, draw(*x.shape))
        small = abs(got) < 1e-7
        return None if small else "The gap of a right layer should be below 1e-7; it is not."

    def wrong(sign):
        x, dy, v = sign * draw(3, 4), draw(3, 4), draw(3, 4)
        # a = 2 sum(x dy v), b = sum(x dy v)
        return compare(
            call("judge", "square, the 2 forgotten", x, dy, v),
            0.5,
            RTOL,
            "the gap of a wrong layer",
        )

    def huge_step(sign):
        x, dy, v, step = draw(2, 3), sign * draw(2, 3), draw(2, 3), 0.5
        # ((x + h v)^3 - (x - h v)^3) / 2h = 3 x^2 v + h^2 v^3
        claimed = np.sum(dy * 3 * x**2 * v)
        measured = claimed + step**2 * np.sum(dy * v**3)
        return compare(
            call("judge", "cube", x, dy, v, step),
            (measured - claimed) / measured,
            RTOL,
            "the gap for a huge step",
        )

    yield behaviour(
        "right layers pass",
        2,
        lambda: every(
            right,
            [("neighbours", draw(6), draw(5)), ("square", draw(4, 3), draw(4, 3))],
        ),
        "dy goes with y, v with x, and the quotient takes a step to both sides.",
    )
    yield behaviour(
        "wrong layers fail by the right amount",
        2,
        lambda: every(wrong, [(1,), (-1,)]),
        "The gap is |a - b| / max(|a|, |b|).",
    )
    yield behaviour(
        "the quotient is central",
        2,
        lambda: every(huge_step, [(1,), (-1,)]),
        "It is (f(x + h v) - f(x - h v)) / (2 h).",
    )
    yield behaviour(
        "both numbers are zero",
        1,
        lambda: compare(
            call("judge", "square", draw(3), draw(3), np.zeros(3)), 0.0, RTOL, "the gap along v = 0"
        ),
        "Return 0 then; do not divide by 0.",
    )


@check("two_layer_features", points=6, functions=("two_layer_features",))
def two_layer_features(call: Callable, rng: np.random.Generator) -> Behaviours:
    def signs(*shape):
        return rng.normal(size=shape)

    def positive(*shape):
        return rng.uniform(0.5, 1, size=shape)

    def case(shape, filters1, filters2, x=signs, w1=signs, w2=signs, bias=np.zeros):
        n, height, width, c = shape
        return (
            x(n, height, width, c),
            *(w1(3, 3, c, filters1), bias(filters1)),
            *(w2(3, 3, filters1, filters2), bias(filters2)),
        )

    def test(*case):
        got = call("two_layer_features", *case)
        return compare(got, two_layers(*case), RTOL, f"the output for pictures {case[0].shape}")

    def shape(*case):
        got, needed = np.shape(call("two_layer_features", *case)), (1, 35, 35, 24)
        return None if got == needed else f"Needed shape {needed} for a galaxy; got {got}."

    def negative(*shape):
        return -positive(*shape)

    shapes = [((2, 11, 14, 1), 3, 4), ((1, 9, 8, 2), 2, 5)]
    bright = {"x": positive, "w1": positive, "w2": positive}
    yield behaviour(
        "values where ReLU has nothing to do",
        2,
        lambda: every(test, [case(*each, **bright) for each in shapes]),
        "Twice: convolution with padding 1, then max-pooling.",
    )
    dark = [
        case(*shapes[0], x=negative, w1=positive, w2=negative),  # only the first ReLU has work
        case(*shapes[0], x=positive, w1=positive, w2=negative),  # only the second
        case(*shapes[1]),
    ]
    yield behaviour(
        "a ReLU behind both convolutions", 2, lambda: every(test, dark), "Both of them need one."
    )
    yield behaviour(
        "biases",
        1,
        lambda: every(test, [case(*each, **bright, bias=positive) for each in shapes]),
        "Each convolution has its own bias.",
    )
    # Last, since an answer that is too slow for it is not called again.
    yield behaviour(
        "shape for a galaxy of 143 x 143 pixels",
        1,
        lambda: shape(*case((1, 143, 143, 1), 12, 24)),
        "143 -> 71 -> 35, and the channel comes last.",
    )


@check("count_parameters", points=4, functions=("count_parameters",))
def count_parameters(call: Callable, rng: np.random.Generator) -> Behaviours:
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
        yield behaviour(name, 1, lambda i=i, expected=expected: test(i, expected), hint)
