# ---
# jupyter:
#   jupytext:
#     text_representation:
#       extension: .py
#       format_name: percent
# ---
# %% [markdown]
# # Problem set 4: Convolution
#
# You build, from bare arrays, every layer that lets a network *look* at a galaxy, forward and
# backward. At the end your own code finds the edges and the knots of a galaxy, and you will have
# proved that your gradients are right.
#
# **Time:** three to four hours. **Points:** 90 from tests, 10 for one written answer.
# **Lecture:** `lectures/ps4_convolution.html`; open it beside you.
#
# ## How to work
# 1. Read the task and answer its question for yourself *before* you write code.
# 2. Replace the two lines `# YOUR CODE HERE` and `raise NotImplementedError()`.
# 3. Run the folded test cell below it. It says what is wrong: the shape, the first wrong value, and
#    often the cause. The hidden tests look at other sizes.
# 4. Before you hand in: *Kernel → Restart Kernel and Run All Cells*, then save.
#
# Fix the first failing test first. Points are given for each behaviour by itself, and a mistake costs
# its own question only: a function that calls it is graded as if it were right.
#
# ## What we agree on
# | | |
# |---|---|
# | images | `N H W C`: image, row, column, channel. **The channel comes last, everywhere.** |
# | weights, bias | `(kh, kw, C, F)`: kernel row, kernel column, input channel, filter; bias `(F,)` |
# | `dy`, `dx` | `dL/dy`, `dL/dx`: derivatives of one loss number L. `dx` has the shape of `x` |
# | in and out | arrays in, arrays out; **never change an array you were given**. Float64 goes in, float32 may come out: four digits count. `jax.numpy` gives full points too, but compiles for every new shape |
# | speed | loop over pixels if you like, but let NumPy sum *inside* a window, or a galaxy takes minutes |
#
# All of NumPy is allowed. Not allowed in answers: anything of `galflux_edu` but its test tools,
# `scipy`, `torch`, and JAX's own convolution, pooling and derivatives (`jax.lax`, `jax.scipy`,
# `jax.grad`, `jax.vjp`). Run the next cell first: it loads NumPy as `np`, and the tests' tools.

# %% locked: tools
import numpy as np
from IPython.display import Image

from galflux_edu.plots import new_figure, theme, to_png
from galflux_edu.sky import survey
from galflux_edu.testing import load_causes, passed, picture, same, same_shape

load_causes("assets/causes.json")  # what well-known mistakes lead to

# %% [markdown]
# ## 1 The size of the answer
#
# A window of 3 pixels slides along a row of 7. **How many places are there where it fits?**
# Count them on your fingers first, then with steps of 2, then with one column of zeros added on
# both sides.
#
# With size $H$, kernel $k$, stride $s$ (the step) and padding $p$ (zeros on *each* side), the
# windows start at $0, s, 2s, \dots$ and the last one must still fit:
#
# $$ H_\text{out} = \left\lfloor \frac{H + 2p - k}{s} \right\rfloor + 1 $$
#
# **Worked number.** $H = 8$, $k = 3$, $s = 2$, $p = 0$: starts at 0, 2, 4 (a start at 6 would
# need column 8, which does not exist), so $\lfloor 5/2 \rfloor + 1 = 3$.
#
# <details><summary>Hint</summary>
#
# `7 // 2` is 3, a whole number; `7 / 2` is 3.5. Shapes are whole numbers.
# </details>

# %% answer: output_shape
def output_shape(height, width, kernel_height, kernel_width, stride=1, padding=0):
    """Return (rows, columns) of a convolution's output, two ints.

    height, width : int, pixels of the image
    kernel_height, kernel_width : int, pixels of the kernel
    stride, padding : int, pixels, the same for rows and columns
    """
    ### BEGIN SOLUTION
    rows = (height + 2 * padding - kernel_height) // stride + 1
    columns = (width + 2 * padding - kernel_width) // stride + 1
    return rows, columns
    ### END SOLUTION

# %% test: output_shape
same(output_shape, (7, 9, 3, 3), (5, 7), "output_shape of 7 x 9 pixels, kernel 3 x 3",
    "a window of 3 in a row of 7 can start at 0, 1, 2, 3 and 4: that is five places")
same(output_shape, (10, 6, 5, 2), (6, 5), "output_shape of 10 x 6 pixels, kernel 5 x 2",
    "rows belong to the height and the kernel's height, columns to the widths")
same(output_shape, (7, 11, 3, 2), (11, 16),
    "output_shape of 7 x 11 pixels, kernel 3 x 2, padding 3",
    "there are `padding` zeros on each side, so 2 * padding in all", padding=3)
same(output_shape, (7, 8, 3, 3), (3, 3), "output_shape of 7 x 8 pixels, kernel 3 x 3, stride 2",
    "a window that does not fit whole is left out: round down", stride=2)
assert all(isinstance(n, int | np.integer) for n in output_shape(7, 7, 3, 3, stride=2)), (
    "output_shape: needed whole numbers (int); got "
    f"{output_shape(7, 7, 3, 3, stride=2)}. Divide with //, not with /"
)
passed("output_shape")

# %% [markdown]
# ## 2 A frame of zeros
#
# Without padding every convolution makes the picture smaller. **Which axes of `N H W C` have an
# edge?** (A galaxy is not next to the galaxy that happens to follow it in the batch.)
#
# **Worked number.** One image, one channel, `padding=1`:
#
# ```
#  1 2        0 0 0 0
#  3 4   ->   0 1 2 0
#             0 3 4 0
#             0 0 0 0
# ```
#
# <details><summary>Hint</summary>
#
# Make an array of zeros of the final shape, then write the images into its middle. A slice
# `a[:, p : p + H, p : p + W, :]` also works for `p = 0`, where `a[:, p:-p]` does not.
# </details>

# %% answer: pad_images
def pad_images(images, padding):
    """Return images with `padding` rows and columns of zeros on each of the four sides.

    images : float array, (N, H, W, C)
    padding : int, 0 or more
    returns : array, (N, H + 2 * padding, W + 2 * padding, C)
    """
    ### BEGIN SOLUTION
    n, height, width, channels = images.shape
    shape = (n, height + 2 * padding, width + 2 * padding, channels)
    padded = np.zeros(shape, dtype=images.dtype)
    padded[:, padding : padding + height, padding : padding + width, :] = images
    return padded
    ### END SOLUTION

# %% test: pad_images
same_shape(pad_images, (np.ones((2, 3, 4, 5)), 2), (2, 7, 8, 5),
    "pad_images of (2, 3, 4, 5) with padding 2",
    "only axes 1 (rows) and 2 (columns) grow, each by 2 * padding")
same(pad_images, (picture([[1.5, 2], [3, 4]]), 1),
    picture([[0, 0, 0, 0], [0, 1.5, 2, 0], [0, 3, 4, 0], [0, 0, 0, 0]]),
    "pad_images of [[1.5, 2], [3, 4]] and padding 1",
    "the picture stays whole in the middle, and the frame around it is zero")
same(pad_images, (np.arange(12.0).reshape(2, 2, 1, 3) + 0.5, 1),
    np.pad(np.arange(12.0).reshape(2, 2, 1, 3) + 0.5, ((0, 0), (1, 1), (1, 1), (0, 0))),
    "pad_images of two pictures with three channels",
    "every picture and every channel gets its own frame")
same(pad_images, (picture([[1, 2, 3], [4, 5, 6]]), 0), picture([[1, 2, 3], [4, 5, 6]]),
    "pad_images with padding 0",
    "without padding the picture stays as it is; beware of slices like [p:-p], empty for p = 0")
passed("pad_images")

# %% [markdown]
# ## 3 Convolution
#
# As everywhere in deep learning this is a *cross-correlation*: the kernel is **not** flipped.
# Lay the kernel on the picture, multiply what lies on top of each other, add everything up, add
# the bias: one number. Move on by one stride. **What do you expect of the kernel
# $\begin{pmatrix}-1 & 1\end{pmatrix}$ on the left side of a galaxy, and on the right side?**
#
# $$ y_{nhwf} = b_f + \sum_{i,j,c} x_{n,\;hs+i-p,\;ws+j-p,\;c}\; W_{ijcf} \qquad (x = 0
# \text{ outside the picture}) $$
#
# (Goodfellow, Bengio & Courville 2016, *Deep Learning*, eq. 9.6, with stride, padding and channels.
# Each filter $f$ looks at *all* input channels and makes *one* output channel.)
#
# **Worked number.** Bias 0, stride 1, no padding:
#
# ```
#  1 2 3
#  4 5 6   with   1 2   ->   20 26       20 = 1*1 + 2*2 + 0*4 + 3*5
#  7 8 9          0 3        38 44
# ```
#
# <details><summary>Hint 1</summary>
#
# Pad first; after that there is no padding to think of. Output pixel `(h, w)` sees rows
# `h * stride` to `h * stride + kh` of the padded picture.
# </details>
# <details><summary>Hint 2</summary>
#
# Two loops are enough, over output rows and columns: take the windows of *all* images at once,
# shape `(N, kh, kw, C)`, and sum over the last three axes against `weight`.
# </details>
# <details><summary>Hint 3</summary>
#
# `np.tensordot(window, weight, axes=3)` multiplies and sums over `kh, kw, C`; what remains has
# shape `(N, F)`. (`np.einsum("nijc,ijcf->nf", window, weight)` is the same.)
# </details>

# %% answer: conv2d_forward
def conv2d_forward(x, weight, bias, stride=1, padding=0):
    """Return the cross-correlation of images with filters, plus the bias.

    x : float array, (N, H, W, C)
    weight : float array, (kh, kw, C, F); kernels may be even, odd, and not square
    bias : float array, (F,)
    stride, padding : int, pixels, the same for rows and columns
    returns : float array, (N, Ho, Wo, F)
    """
    ### BEGIN SOLUTION
    kh, kw, _, features = weight.shape
    rows, columns = output_shape(*x.shape[1:3], kh, kw, stride, padding)
    padded = pad_images(x, padding)
    y = np.zeros((x.shape[0], rows, columns, features))
    for h in range(rows):
        for w in range(columns):
            top, left = h * stride, w * stride
            window = padded[:, top : top + kh, left : left + kw, :]
            y[:, h, w, :] = np.tensordot(window, weight, axes=3) + bias
    return y
    ### END SOLUTION

# %% test: conv2d_forward
digits = picture([[1, 2, 3, 0], [4, 5, 6, 1], [7, 8, 9, 5]])
no_bias = np.zeros(1)
same_shape(conv2d_forward, (np.ones((2, 4, 6, 3)), np.ones((3, 2, 3, 4)), np.zeros(4)),
    (2, 2, 5, 4), "conv2d_forward of two 4 x 6 pictures, three channels, four 3 x 2 filters",
    "the output is (N, Ho, Wo, F): image, row, column, and the filter last")
same(conv2d_forward, (digits, np.ones((2, 3, 1, 1)), no_bias), picture([[21, 17], [39, 34]]),
    "conv2d_forward with a 2 x 3 kernel of ones",
    "every output is the sum of its window; the loops must reach the last row and column")
same(conv2d_forward, (digits, np.array([[1.0, 2.5], [0.0, 3.0]])[:, :, None, None], no_bias),
    picture([[21, 27.5, 6], [40.5, 47, 23.5]]), "conv2d_forward with the kernel [[1, 2.5], [0, 3]]",
    "the kernel's upper left number belongs on the window's upper left pixel")
same(conv2d_forward,
    (np.array([[[[1.0, 10.0]]]]), np.array([[[[1.0, 2.0], [3.0, 4.0]]]]), np.zeros(2)),
    np.array([[[[31, 42]]]]),
    "conv2d_forward of a pixel with channels (1, 10), 1 x 1 kernel, two filters",
    "each filter sums over all input channels with its own weights: y[f] = sum_c x[c] weight[c, f]")
same(conv2d_forward, (np.ones((2, 2, 2, 3)), np.zeros((1, 1, 3, 2)), np.array([5.5, 7.0])),
    np.full((2, 2, 2, 2), [5.5, 7.0]), "conv2d_forward with weights of zero and biases 5.5 and 7",
    "the bias is added once to every output pixel of its filter")
same(conv2d_forward, (picture(np.arange(35).reshape(5, 7)), np.ones((1, 1, 1, 1)), no_bias),
    picture([[0, 2, 4, 6], [14, 16, 18, 20], [28, 30, 32, 34]]),
    "conv2d_forward with a 1 x 1 kernel and stride 2",
    "with stride 2 the windows start at rows and columns 0, 2, 4", stride=2)
same(conv2d_forward, (picture([[1, 2], [3, 4.5]]), np.ones((3, 3, 1, 1)), no_bias),
    picture([[10.5, 10.5], [10.5, 10.5]]),
    "conv2d_forward with a 3 x 3 kernel of ones and padding 1",
    "with padding 1 every window here sees the whole 2 x 2 picture, whose sum is 10.5", padding=1)
expected = [
    [[[99.5, 3, -103], [95.5, 12, -106], [100.5, 7, -86]],
     [[102.5, 0, -102], [101.5, 4, -113], [97.5, 1, -100]]],
    [[[96.5, 12, -112], [99.5, -10, -99], [100.5, -3, -91]],
     [[105.5, 0, -105], [88.5, -7, -102], [88.5, 4, -100]]],
]
same(conv2d_forward,
    (np.arange(48.0).reshape(2, 3, 4, 2) % 7, np.arange(36.0).reshape(3, 2, 2, 3) % 5 - 2,
     np.array([100.5, 0.0, -100.0])),
    expected, "conv2d_forward, everything together",
    "each part works alone; look at how padding, stride, channels and several images meet",
    stride=2, padding=1)
passed("conv2d_forward")

# %% [markdown]
# ## 4 The gradient check
#
# Soon you will write derivatives by hand, and they will be wrong the first time; everybody's are.
# So build the test first. **How could you find out that a derivative is wrong, if all you have is
# the function itself?** Move the input a little and see what happens.
#
# Say a layer takes $x$ to $y = f(x)$, and `backward(dy, x)` claims to return $dx$, the derivative
# of the loss by $x$. Choose any direction $v$, shaped like $x$. Then two numbers must agree:
#
# $$ a = \Big\langle dy,\; \frac{f(x + h v) - f(x - h v)}{2h} \Big\rangle
# \qquad\text{and}\qquad b = \langle \text{backward}(dy, x),\; v \rangle $$
#
# where $\langle p, q \rangle$ means: multiply element by element, add everything up. The first
# needs no derivative at all. One random pair $(v, dy)$ tests every entry at once. Return the gap
#
# $$ \text{gap} = \frac{|a - b|}{\max(|a|, |b|)}, \qquad \text{and } 0 \text{ if } a = b = 0. $$
#
# (The quotient is *central*, with steps to both sides: its error shrinks as $h^2$, that of the
# one-sided quotient only as $h$. Nocedal & Wright 2006, *Numerical Optimization*, eq. 8.7.)
#
# **Worked number.** $f(x) = x^2$ at $x = 3$, $v = 1$, $dy = 1$, $h = 0.1$:
# $a = (3.1^2 - 2.9^2) / 0.2 = 6$. A backward pass without the 2 gives $b = 3$; the gap is
# $|6 - 3| / 6 = 0.5$. The right one gives 6; the gap is 0.
#
# <details><summary>Hint</summary>
#
# `forward` and `backward` are functions: call them, `forward(x + step * v)`. $y$ may have another
# shape than $x$; $dy$ goes with $y$, and $v$ with $x$.
# </details>

# %% answer: gradient_check
def gradient_check(forward, backward, x, dy, v, step=1e-5):
    """Return the relative gap between a central difference and what `backward` claims.

    forward : function, takes x and returns y
    backward : function, takes (dy, x) and returns dx
    x, v : float arrays of one shape: the point and the direction
    dy : float array, shaped like y
    step : float, h
    returns : float, 0 or more; below about 1e-7 if `backward` is right
    """
    ### BEGIN SOLUTION
    slope = (forward(x + step * v) - forward(x - step * v)) / (2 * step)
    measured = np.sum(dy * slope)
    claimed = np.sum(backward(dy, x) * v)
    largest = max(abs(measured), abs(claimed))
    return float(abs(measured - claimed) / largest) if largest > 0 else 0.0
    ### END SOLUTION

# %% [markdown]
# Four small layers to try it on. The tests call it through `gradient_check_of`, by the name of a layer.

# %% locked: trial_layers
TRIAL_LAYERS = {
    "square": (lambda x: x**2, lambda dy, x: 2 * x * dy),
    "square, the 2 forgotten": (lambda x: x**2, lambda dy, x: x * dy),
    "cube": (lambda x: x**3, lambda dy, x: 3 * x**2 * dy),
    # Two numbers beside each other are added: y is one shorter than x.
    "neighbours": (
        lambda x: x[:-1] + x[1:],
        lambda dy, x: np.concatenate([dy, [0.0]]) + np.concatenate([[0.0], dy]),
    ),
}


def gradient_check_of(layer, x, dy, v, step=1e-5):
    """Return the gap of one of the trial layers."""
    return gradient_check(*TRIAL_LAYERS[layer], x, dy, v, step)

# %% test: gradient_check
one, three = np.array([1.0]), np.array([3.0])
same(gradient_check_of, ("square, the 2 forgotten", three, one, one, 0.1), 0.5,
    "gradient_check of x**2 with the 2 forgotten",
    "a is 6 and b is 3 here; the gap is |a - b| / max(|a|, |b|)")
same(gradient_check_of, ("square, the 2 forgotten", -three, one, one, 0.1), 0.5,
    "gradient_check of x**2 with the 2 forgotten, at x = -3",
    "a is -6 and b is -3 here; the gap is |a - b| / max(|a|, |b|), with absolute values everywhere")
same(lambda *args: round(float(gradient_check_of(*args)), 7),
    ("neighbours", np.array([1.0, 2.0, 4.0]), np.array([5.0, -7.0]), np.array([1.0, 3.0, 2.0])),
    0.0, "gradient_check of a right layer, to seven digits",
    "dy goes with the slope of y, v with what backward(dy, x) returns; sum over all elements")
same(gradient_check_of, ("cube", np.array([1.0]), np.array([2.0]), np.array([0.5]), 1.0), 0.25 / 3.25,
    "gradient_check of x**3 with a huge step",
    "a is 3.25 and b is 3 here: is the direction v in both, and the difference central?")
same(gradient_check_of, ("square", one, one, 0 * one), 0.0, "gradient_check along v = 0",
    "both numbers are 0: return 0, do not divide by 0")
same(gradient_check_of, ("square, the 2 forgotten", 1e-3 * three, 1e-3 * one, one), 0.5,
    "gradient_check of x**2 with the 2 forgotten, where everything is small",
    "the gap is relative, so it is 0.5 again")
passed("gradient_check")

# %% [markdown]
# ## 5 Convolution, backward
#
# The loss sends back one number for every output pixel: `dy`. **One weight was used at every place
# of the picture, one pixel was seen by up to `kh * kw` windows. What are their gradients?** The
# answer to both is the whole chain rule: *add up over every place where it was used.*
#
# $$ db_f = \sum_{n,h,w} dy_{nhwf} \qquad
# dW_{ijcf} = \sum_{n,h,w} x_{n,\;hs+i-p,\;ws+j-p,\;c}\; dy_{nhwf} $$
#
# $$ dx_{n,a,b,c} = \sum_{h,w,f}\;\sum_{\substack{i,j:\\ hs+i-p\,=\,a\\ ws+j-p\,=\,b}}
# W_{ijcf}\; dy_{nhwf} $$
#
# In words, for dx: every output pixel lays the *kernel*, times its own `dy`, back on the window it
# came from. (Goodfellow et al. 2016, section 9.5. Written as a convolution of dy, this is the one
# with the kernel *flipped*; if you lay windows back, the flip happens by itself.) These are sums,
# not means: the one $1/N$ of a training run lives in the loss.
#
# **Worked number.** One row, x = (1, 2, 3), kernel (10, 20), so two outputs; dy = (1, 100):
#
# ```
#  db = 1 + 100                                = 101
#  dW = 1 * (1, 2) + 100 * (2, 3)              = (201, 302)
#  dx = 1 * (10, 20, 0) + 100 * (0, 10, 20)    = (10, 1020, 2000)
# ```
#
# <details><summary>Hint 1</summary>
#
# Use the same loops and windows as forward. Begin with zeros for `dweight` and for the derivative
# of the *padded* picture, and *add* (`+=`) what each output pixel contributes.
# </details>
# <details><summary>Hint 2</summary>
#
# At one output pixel, `slope = dy[:, h, w, :]` has shape `(N, F)`. Then `dweight` gains
# window (N, kh, kw, C) times slope, summed over N; the window of the padded derivative gains slope
# times weight, summed over F.
# </details>
# <details><summary>Hint 3</summary>
#
# The two products are `np.tensordot(window, slope, axes=(0, 0))`, of shape `(kh, kw, C, F)`, and
# `np.tensordot(slope, weight, axes=(1, 3))`, of shape `(N, kh, kw, C)`. At the end cut the padding
# off: nobody asks for the derivative by a zero that you put there yourself.
# </details>

# %% answer: conv2d_backward
def conv2d_backward(dy, x, weight, stride=1, padding=0):
    """Return (dx, dweight, dbias), the derivatives of the loss.

    dy : float array, (N, Ho, Wo, F), derivative by the output
    x, weight, stride, padding : as they went into conv2d_forward
    returns : arrays shaped like x, like weight, and (F,)
    """
    ### BEGIN SOLUTION
    kh, kw = weight.shape[:2]
    height, width = x.shape[1:3]
    padded = pad_images(x, padding)
    dpadded = np.zeros(padded.shape)
    dweight = np.zeros(weight.shape)
    for h in range(dy.shape[1]):
        for w in range(dy.shape[2]):
            rows = slice(h * stride, h * stride + kh)
            columns = slice(w * stride, w * stride + kw)
            slope = dy[:, h, w, :]
            dweight += np.tensordot(padded[:, rows, columns, :], slope, axes=(0, 0))
            dpadded[:, rows, columns, :] += np.tensordot(slope, weight, axes=(1, 3))
    dx = dpadded[:, padding : padding + height, padding : padding + width, :]
    return dx, dweight, dy.sum(axis=(0, 1, 2))
    ### END SOLUTION

# %% test: conv2d_backward
row, kernel = picture([[1, 2, 3]]), np.array([10.0, 20.0]).reshape(1, 2, 1, 1)
worked = (picture([[1, 100]]), row, kernel)
shaped = "return dx, dweight, dbias in this order, each shaped like its variable"
for i, (name, shape) in enumerate(
    {"dx": row.shape, "dweight": kernel.shape, "dbias": (1,)}.items()
):
    case = f"{name} (number {i + 1} of 3) of the worked number"
    same_shape(conv2d_backward, worked, shape, case, shaped, part=i, of=3)
same(conv2d_backward, worked, np.array([101]), "dbias of the worked number",
    "the bias is used at every output pixel of every image: sum dy over axes 0, 1 and 2", part=2,
    of=3)
same(conv2d_backward, worked, np.array([201, 302]).reshape(kernel.shape),
    "dweight of the worked number", "every output pixel adds its dy times the window that it saw",
    part=1, of=3)
same(conv2d_backward, worked, picture([[10, 1020, 2000]]), "dx of the worked number",
    "every output pixel lays the kernel, times its dy, back on its window", part=0, of=3)
several = (
    np.array([[[[1.0, 100.0, 0.5]]], [[[2.0, 200.0, 0.0]]]]),
    np.array([[[[1.0, 10.0]]], [[[1.0, 10.0]]]]),
    np.array([[[[1.0, 2.0, 6.0], [3.0, 4.0, 8.0]]]]),
)
same(conv2d_backward, several, np.array([3, 300, 0.5]), "dbias with two images and three filters",
    "sum over images, rows and columns", part=2, of=3)
same(conv2d_backward, several, np.array([[[[3, 300, 0.5], [30, 3000, 5]]]]),
    "dweight with two images, two channels, three filters, 1 x 1 kernel",
    "dweight[c, f] is the sum over all places of x[c] dy[f], and over both images", part=1, of=3)
same(conv2d_backward, several, np.array([[[[204, 407]]], [[[402, 806]]]]),
    "dx with two channels and three filters, 1 x 1 kernel",
    "dx[c] is the sum over all filters of weight[c, f] dy[f]", part=0, of=3)
strided = (picture([[1, 100]]), picture([[1, 2, 3, 4, 5]]), kernel)
same(conv2d_backward, strided, picture([[10, 20, 1000, 2000, 0]]), "dx with stride 2",
    "output pixel w came from the window that starts at w * stride; no window saw the last pixel",
    part=0, of=3, stride=2)
same(conv2d_backward, strided, np.array([301, 402]).reshape(kernel.shape), "dweight with stride 2",
    "output pixel w saw the window that starts at w * stride", part=1, of=3, stride=2)
framed = (
    np.array([[1, 2, 0], [0.5, 1, 3]]).reshape(1, 2, 3, 1),
    picture([[1, 2], [3, 4]]),
    np.arange(1.0, 7.0).reshape(3, 2, 1, 1),
)
same_shape(conv2d_backward, framed, (1, 2, 2, 1), "dx of a 3 x 2 kernel with padding 1",
    "dx is shaped like x: cut the padding off again", part=0, of=3, padding=1)
same(conv2d_backward, framed, picture([[12, 13], [21, 25]]), "dx with a 3 x 2 kernel and padding 1",
    "cut the padding off on both sides, and lay the kernel the right way round", part=0, of=3,
    padding=1)
same(conv2d_backward, framed, np.array([[7, 2.5], [17, 10.5], [6, 11]]).reshape(3, 2, 1, 1),
    "dweight with a 3 x 2 kernel and padding 1",
    "the windows were cut from the padded picture, so they must be here too", part=1, of=3,
    padding=1)
passed("conv2d_backward")

# %% [markdown]
# Now check your own layer. A convolution is linear in each of its inputs, so even a step of 1 makes
# no error: you should see gaps of 1e-12 or so, in single precision of 1e-5 or less. This cell
# gives no points, only certainty.

# %% locked: check_convolution
def check_convolution(seed=0):
    """Print the gap of each of the three derivatives of conv2d_backward."""
    rng = np.random.default_rng(seed)
    point = [rng.normal(size=shape) for shape in ((2, 7, 6, 3), (3, 2, 3, 4), (4,))]
    dy = rng.normal(size=(2, 4, 4, 4))
    for i, name in enumerate(("x", "weight", "bias")):

        def at(value, i=i):
            return [*point[:i], value, *point[i + 1 :]]

        gap = gradient_check(
            lambda value, at=at: conv2d_forward(*at(value), 2, 1),
            lambda dy, value, at=at, i=i: conv2d_backward(dy, *at(value)[:2], 2, 1)[i],
            point[i],
            dy,
            rng.normal(size=point[i].shape),
            step=1.0,
        )
        print(f"d{name:7s} gap {gap:.1e}")


check_convolution()

# %% [markdown]
# ## 6 ReLU
#
# $$ y = \max(x, 0) \qquad\qquad dx = \begin{cases} dy & x > 0 \\ 0 & x \le 0 \end{cases} $$
#
# (Nair & Hinton 2010. At exactly $x = 0$ the slope could be anything from 0 to 1; we take 0.)
# **Look at the right-hand formula: on whose sign does it depend, that of x or that of dy? And what
# reaches the layers below if x is negative for every pixel of every galaxy?** You will need this
# answer in part 12.
#
# **Worked number.** x = (−2, 0, 3), dy = (5, 5, −5): y = (0, 0, 3) and dx = (0, 0, −5).

# %% answer: relu_forward
def relu_forward(x):
    """Return x where it is positive, else 0. Any shape."""
    ### BEGIN SOLUTION
    return np.maximum(x, 0)
    ### END SOLUTION

# %% test: relu_forward
same(relu_forward, (np.array([-2.0, 0.0, 3.5]),), np.array([0, 0, 3.5]),
    "relu_forward of (-2, 0, 3.5)", "negative numbers become 0, positive ones stay as they are")
same(relu_forward, (np.array([[-1.0, 2.5], [4.0, -3.0], [0.25, 0.0]]),),
    np.array([[0, 2.5], [4, 0], [0.25, 0]]), "relu_forward of an array with two axes",
    "each number by itself, whatever the shape")
passed("relu_forward")

# %% answer: relu_backward
def relu_backward(dy, x):
    """Return dx, the derivative of the loss by x.

    dy, x : float arrays of one shape; x is what went into relu_forward
    """
    ### BEGIN SOLUTION
    return np.where(x > 0, dy, 0)
    ### END SOLUTION

# %% test: relu_backward
same(relu_backward, (np.array([5.0, -5.0, 5.5, -5.0]), np.array([-2.0, -1.0, 3.0, 4.0])),
    np.array([0, 0, 5.5, -5]), "relu_backward of dy = (5, -5, 5.5, -5) at x = (-2, -1, 3, 4)",
    "dy passes where x is positive and is stopped where x is negative")
same(relu_backward, (np.array([[5.0, -5.0]]), np.array([[0.0, 0.0]])), np.array([[0, 0]]),
    "relu_backward at x = 0", "we agreed: at exactly 0 the slope is 0")
passed("relu_backward")

# %% [markdown]
# ## 7 Max-pooling
#
# Cut the picture into windows of `size` × `size` pixels, side by side, and keep only the largest
# pixel of each. **What does the network gain from this, and what does it lose?** (Think of a star
# one pixel further to the right; then think of the total flux.)
#
# $$ y_{nhwc} = \max_{0 \le i, j < k} \; x_{n,\;hk+i,\;wk+j,\;c} $$
#
# Each channel is pooled by itself. Rows and columns at the end that fill no whole window are left
# out: 143 pixels give 71, and 71 give 35.
#
# **Worked number.** `size=2`; the last column is left out:
#
# ```
#  1  5 | 0  9 | 8
#  5  2 | 3 -4 | 8    ->   5 9
#  -----+------+--
# -7 -3 |-1 -2 | 8        -3 -1
# -9 -5 |-6 -8 | 8
# ```

# %% answer: maxpool_forward
def maxpool_forward(x, size=2):
    """Return the largest pixel of every window.

    x : float array, (N, H, W, C)
    size : int, height and width of a window in pixels; windows lie side by side
    returns : array, (N, H // size, W // size, C)
    """
    ### BEGIN SOLUTION
    n, height, width, channels = x.shape
    y = np.zeros((n, height // size, width // size, channels))
    for h in range(y.shape[1]):
        for w in range(y.shape[2]):
            window = x[:, h * size : (h + 1) * size, w * size : (w + 1) * size, :]
            y[:, h, w, :] = window.max(axis=(1, 2))
    return y
    ### END SOLUTION

# %% test: maxpool_forward
tiles = picture([[1, 5, 0, 9.5, 8], [5, 2, 3, -4, 8], [-7, -3, -1, -2, 8], [-9, -5, -6, -8, 8]])
same(maxpool_forward, (tiles[:, :2, :4],), picture([[5, 9.5]]),
    "maxpool_forward of the two upper windows", "the windows are 2 x 2 pixels, side by side")
same(maxpool_forward, (tiles[:, 2:, :4],), picture([[-3, -1]]),
    "maxpool_forward of the two lower windows",
    "all pixels may be negative; the largest of (-7, -3, -9, -5) is -3")
same(maxpool_forward, (tiles,), picture([[5, 9.5], [-3, -1]]), "maxpool_forward of 4 x 5 pixels",
    "the fifth column fills no whole window: leave it out (do not pad, do not make it a window)")
same(maxpool_forward, (tiles, 3), picture([[5]]), "maxpool_forward of 4 x 5 pixels, size 3",
    "a window has `size` x `size` pixels")
channels = np.array([[[[1.0, 9.0], [2.0, 8.0]], [[3.0, 7.0], [4.5, 6.0]]]])
same(maxpool_forward, (channels,), np.array([[[[4.5, 9]]]]), "maxpool_forward of two channels",
    "each channel is pooled by itself: the maximum goes over rows and columns only")
passed("maxpool_forward")

# %% [markdown]
# ### Backward
#
# Only the winner of each window contributed, so only the winner gets a gradient:
#
# $$ dx_{hk+i,\,wk+j} = \begin{cases} dy_{hw} & \text{if } (i, j) \text{ is the first largest pixel
# of window } (h, w)\\ 0 & \text{else} \end{cases} $$
#
# **How often do two pixels of a window tie? Never, in a noisy picture. But what comes out of the
# ReLU in front?** Ties are everywhere, so the rule matters: the *first* in reading order (row by
# row, left to right) gets the whole of dy, the others nothing. `np.argmax` keeps the same rule.
#
# **Worked number.** The window (1, 5; 5, 2) ties; with dy = 7 it gives dx = (0, 7; 0, 0).
#
# <details><summary>Hint 1</summary>
#
# `dx` begins as zeros of the shape of `x`; the rows and columns that were left out keep their zeros.
# </details>
# <details><summary>Hint 2</summary>
#
# `np.argmax(window)` counts through the flattened window. For a window of 2 × 2, 0 is the upper
# left, 1 the upper right, 2 the lower left. `divmod(place, size)` turns this into (row, column).
# </details>

# %% answer: maxpool_backward
def maxpool_backward(dy, x, size=2):
    """Return dx: each dy goes to the first largest pixel of its window.

    dy : float array, (N, H // size, W // size, C)
    x, size : as they went into maxpool_forward
    returns : array shaped like x
    """
    ### BEGIN SOLUTION
    dx = np.zeros(x.shape)
    for n, h, w, c in np.ndindex(dy.shape):
        window = x[n, h * size : (h + 1) * size, w * size : (w + 1) * size, c]
        row, column = divmod(int(np.argmax(window)), size)
        dx[n, h * size + row, w * size + column, c] = dy[n, h, w, c]
    return dx
    ### END SOLUTION

# %% test: maxpool_backward
same(maxpool_backward, (picture([[7.5, 3]]), picture([[1, 5, 0, 9], [4, 2, 3, -4]])),
    picture([[0, 7.5, 0, 3], [0, 0, 0, 0]]), "maxpool_backward without ties",
    "dy goes to the place of the largest pixel of each window, and nowhere else")
same(maxpool_backward, (picture([[7]]), picture([[1, 5], [5, 2]])), picture([[0, 7], [0, 0]]),
    "maxpool_backward with a tie of two",
    "the first of the largest pixels, in reading order, gets the whole of dy")
same(maxpool_backward, (picture([[7]]), picture([[0, 0], [0, 0]])), picture([[7, 0], [0, 0]]),
    "maxpool_backward where all pixels are 0, as behind a ReLU",
    "the first pixel of the window gets the whole of dy")
same_shape(maxpool_backward, (np.ones((1, 1, 2, 1)), tiles[:, :3]), (1, 3, 5, 1),
    "maxpool_backward for 3 x 5 pixels", "dx has the shape of x; what forward left out gets zeros")
same(maxpool_backward, (picture([[2.5]]), tiles[:, ::-1], 3),
    picture([[0] * 5, [0] * 5, [2.5, 0, 0, 0, 0], [0] * 5]),
    "maxpool_backward of 4 x 5 pixels, size 3", "a window has `size` x `size` pixels")
same(maxpool_backward, (np.array([[[[7.0, 5.0]]]]), channels),
    np.array([[[[0, 5], [0, 0]], [[0, 0], [7, 0]]]]), "maxpool_backward of two channels",
    "each channel has its own winner")
same(maxpool_backward, (picture([[7], [3]]).swapaxes(0, 1), np.arange(8.0).reshape(2, 2, 2, 1)),
    np.array([[[0, 0], [0, 7]], [[0, 0], [0, 3]]])[..., None], "maxpool_backward of two pictures",
    "every picture has its own windows")
passed("maxpool_backward")

# %% [markdown]
# ## 8 Flatten
#
# Behind the convolutions stand ordinary dense layers, which take one row of numbers for each
# image. Nothing is computed; the numbers are only put in a row, *the last axis fastest*: all
# channels of pixel (0, 0), then all channels of pixel (0, 1), and so on. **What is the backward
# pass of a function that only puts things in order?**
#
# **Worked number.** One image, one row of two pixels with two channels, (a, b) and (c, d):
# flattened it is (a, b, c, d).

# %% answer: flatten
def flatten_forward(x):
    """Return each image as one row, (N, H, W, C) -> (N, H * W * C), the last axis fastest."""
    ### BEGIN SOLUTION
    return x.reshape(x.shape[0], -1)
    ### END SOLUTION


def flatten_backward(dy, x):
    """Return dx, (N, H * W * C) -> the shape of x."""
    ### BEGIN SOLUTION
    return dy.reshape(x.shape)
    ### END SOLUTION

# %% test: flatten
block = np.arange(72.0).reshape(3, 2, 4, 3) + 0.5
same_shape(flatten_forward, (block,), (3, 24), "flatten_forward of (3, 2, 4, 3)",
    "every image keeps a row of its own: the first axis stays")
same(flatten_forward, (block,), np.arange(72.0).reshape(3, 24) + 0.5, "flatten_forward",
    "the order is row, column, channel, with the channel running fastest")
same(flatten_backward, (np.arange(72.0).reshape(3, 24) + 0.5, 0 * block), block, "flatten_backward",
    "put the numbers back where flatten_forward took them from: the shape of x, the same order")
passed("flatten")

# %% [markdown]
# ## 9 Two layers of features
#
# Now put your layers together as the flux network does: twice (3 × 3 convolution with padding 1,
# ReLU, 2 × 2 max-pooling). A galaxy of 143 × 143 pixels goes in. **Work out every shape on paper
# before you run anything:**
#
# $$ 143 \times 143 \times 1 \;\to\; ? \times ? \times 12 \;\to\; ? \times ? \times 12 \;\to\;
# ? \times ? \times 24 \;\to\; ? \times ? \times 24 $$
#
# The number of filters is whatever the weights say; do not write 12 or 24 into the code.
#
# **Worked number.** A 4 × 4 picture of ones, kernels of ones (one filter each), no bias. The first
# convolution gives 9 inside, 6 at the edges, 4 in the corners; pooled: four times 9. The second
# sees all four 9s from everywhere: 36. Pooled: one number, 36.

# %% answer: two_layer_features
def two_layer_features(images, weight1, bias1, weight2, bias2):
    """Return the features behind two blocks of convolution (padding 1), ReLU and pooling.

    images : float array, (N, H, W, C)
    weight1, bias1 : (3, 3, C, F1) and (F1,)
    weight2, bias2 : (3, 3, F1, F2) and (F2,)
    returns : array, (N, H // 4, W // 4, F2)
    """
    ### BEGIN SOLUTION
    hidden = maxpool_forward(relu_forward(conv2d_forward(images, weight1, bias1, padding=1)))
    return maxpool_forward(relu_forward(conv2d_forward(hidden, weight2, bias2, padding=1)))
    ### END SOLUTION

# %% test: two_layer_features
kernel_of_ones, delta = np.ones((3, 3, 1, 1)), np.zeros((3, 3, 1, 1))
delta[1, 1] = 1.0
zero = np.zeros(1)
same_shape(two_layer_features, (np.ones((1, 16, 20, 1)), delta, zero, delta, zero), (1, 4, 5, 1),
    "two_layer_features of 16 x 20 pixels",
    "16 -> 16 -> 8 -> 8 -> 4: both convolutions have padding 1, and a pooling behind them")
same(two_layer_features, (np.ones((1, 4, 4, 1)), kernel_of_ones, zero, kernel_of_ones, zero),
    picture([[36]]), "two_layer_features of a 4 x 4 picture of ones",
    "both convolutions have padding 1, and each is followed by ReLU and pooling")
same(two_layer_features, (-np.ones((1, 4, 4, 1)), delta, zero, -delta, np.array([-3.0])),
    picture([[0]]), "two_layer_features where the second ReLU has to cut",
    "there is a ReLU behind both convolutions")
same(two_layer_features, (-np.ones((1, 4, 4, 1)), delta, np.array([0.5]), -delta, np.array([2.25])),
    picture([[2.25]]), "two_layer_features where the first ReLU has to cut",
    "there is a ReLU behind both convolutions, and both have their bias")
same(two_layer_features,
    (np.ones((1, 4, 4, 1)), delta, np.array([0.5]), 2 * delta, np.array([0.25])), picture([[3.25]]),
    "two_layer_features with two biases", "(1 + 0.5) * 2 + 0.25")
rng = np.random.default_rng(4)
galaxy_size = (
    rng.normal(size=(1, 143, 143, 1)),
    *(rng.normal(size=(3, 3, 1, 12)), np.zeros(12)),
    *(rng.normal(size=(3, 3, 12, 24)), np.zeros(24)),
)
assert two_layer_features(*galaxy_size).shape == (1, 35, 35, 24), (
    "two_layer_features of a galaxy of 143 x 143 pixels: needed shape (1, 35, 35, 24); got "
    f"{two_layer_features(*galaxy_size).shape}. 143 -> 143 -> 71 -> 71 -> 35, the channel last"
)
passed("two_layer_features")

# %% [markdown]
# ## 10 How many numbers does it learn?
#
# Behind the two blocks stand a dense layer with 64 units and one with a single unit, which says
# $\log_{10}$ of the flux. **Guess first: where do most of the parameters sit, in the convolutions
# or in the dense layers?**
#
# A filter has one weight for each place of its kernel and each input channel, and one bias. It
# uses them everywhere in the picture. A dense unit has one weight for each of its inputs, and one
# bias. The whole network:
#
# | layer | in → out |
# |---|---|
# | convolution 3 × 3, padding 1, ReLU, pooling 2 × 2 | 1 → 12 channels |
# | convolution 3 × 3, padding 1, ReLU, pooling 2 × 2 | 12 → 24 channels |
# | flatten, dense, ReLU | all features → 64 |
# | dense | 64 → 1 |
#
# **Worked number.** The first convolution has $(3 \cdot 3 \cdot 1 + 1) \cdot 12 = 120$ parameters.
# For 143 × 143 pixels the four numbers must add up to 1,884,465.

# %% answer: count_parameters
def count_parameters(height, width):
    """Return how many parameters the four layers of the flux network have, a tuple of four ints.

    height, width : int, pixels of a galaxy image (one channel)
    returns : (first convolution, second convolution, dense layer with 64 units, last layer)
    """
    ### BEGIN SOLUTION
    features = (height // 2 // 2) * (width // 2 // 2) * 24
    return (
        (3 * 3 * 1 + 1) * 12,
        (3 * 3 * 12 + 1) * 24,
        (features + 1) * 64,
        64 + 1,
    )
    ### END SOLUTION

# %% test: count_parameters
same_shape(count_parameters, (143, 143), (4,), "count_parameters",
    "return one number for each of the four layers")
same(lambda *size: count_parameters(*size)[0], (143, 143), 120,
    "parameters of the first convolution", "(weights of one filter + its bias) times 12 filters")
same(lambda *size: int(sum(count_parameters(*size))) - 1884465, (143, 143), 0,
    "the sum of all parameters for 143 x 143 pixels, less 1,884,465",
    "count the weights and the biases of each layer once more: 143 -> 71 -> 35 pixels")
same(lambda *size: count_parameters(*size)[2], (19, 24), 36928,
    "parameters of the dense layer for 19 x 24 pixels",
    "19 -> 9 -> 4 rows and 24 -> 12 -> 6 columns are left, each with 24 channels")
passed("count_parameters")

# %% [markdown]
# So 99.85 % of this network is one dense layer. The part that *sees*, both convolutions together,
# has 2,736 parameters. Keep this in mind when somebody praises a network for its millions.
#
# ## 11 What your layers see
#
# A trained network finds its own kernels. These four were made by hand: two *edge* filters, the
# slope of a small Gaussian from left to right and from bottom to top, and two *blob* filters,
# which compare a spot with the ring around it (minus the Laplacian of a Gaussian, $\sigma = 1.8$
# and $4$ pixels). All sum to zero. **What do they make of an even sky, of the galaxy's centre, its
# disk, and the small knots of young stars?**

# %% locked: galaxy
def knotty_galaxy():
    """Return a disk galaxy with six knots of young stars, (1, 143, 143, 1), in ADU."""
    hsc = survey("hsc")
    disk = {"sersic_idx_d": 1.0, "R_e_d": 3.0, "axis_ratio_d": 0.6, "PA_d": 30.0, "flux_frac_d": 0.85,
            "sersic_idx_b": 4.0, "R_e_b": 0.5, "axis_ratio_b": 0.8, "PA_b": 30.0, "flux_frac_b": 0.15,
            "total_flux": 20000.0}
    knot = disk | {"total_flux": 350.0, "R_e_d": 0.1, "flux_frac_d": 1.0, "flux_frac_b": 0.0}
    draw = {name: np.array([disk[name], knot[name]]) for name in disk}
    image, star = hsc.render(draw, engine="numpy")
    for row, column in ((-22, 14), (-14, -10), (9, -20), (20, -8), (15, 13), (-6, 27)):
        image = image + np.roll(star, (row, column), axis=(0, 1))
    noise = np.random.default_rng(4).normal(scale=0.15, size=image.shape)
    return (image + noise)[None, :, :, None]


def hand_made_filters(size=15):
    """Return two edge filters and two blob filters, (size, size, 1, 4), each with sum zero."""
    y, x = np.mgrid[:size, :size] - (size - 1) / 2

    def gaussian(sigma):
        bell = np.exp(-(x**2 + y**2) / (2 * sigma**2))
        return bell / bell.sum()

    edges = [axis * gaussian(1.8) for axis in (x, y)]
    blobs = [(2 - (x**2 + y**2) / s**2) * gaussian(s) for s in (1.8, 4.0)]
    return np.stack([f - f.mean() for f in (*edges, *blobs)], axis=-1)[:, :, None, :]


galaxy = knotty_galaxy()
filters = hand_made_filters()

# %% demo: what_they_see
def find_peaks(images, size=11):
    """Return the first image with zeros everywhere but at its peaks."""

    def winners(shift):
        # Who wins its window?  The backward pass of max-pooling knows.
        x = np.roll(relu_forward(images), (shift, shift), axis=(1, 2))
        dx = maxpool_backward(maxpool_forward(x, size), x, size)
        return np.roll(dx, (-shift, -shift), axis=(1, 2))[0, :, :, 0]

    # The flank of a peak may win its window too, but not again after the windows were moved.
    return np.minimum(winners(0), winners(size // 2))


def what_they_see(images, filters):
    """Show the picture, the response of each filter, and the knots that pooling finds."""
    seen = conv2d_forward(images, filters, np.zeros(4), padding=filters.shape[0] // 2)
    peaks = find_peaks(seen[..., 2:3])
    rows, columns = np.nonzero(peaks > 0.02 * peaks.max())
    panels = [
        ("the galaxy", np.arcsinh(images[0, :, :, 0] / 0.5), "viridis"),
        ("edges from left to right", seen[0, :, :, 0], "RdBu_r"),
        ("edges from bottom to top", seen[0, :, :, 1], "RdBu_r"),
        ("strength of the edges", np.hypot(seen[0, :, :, 0], seen[0, :, :, 1]), "viridis"),
        ("small blobs", seen[0, :, :, 2], "RdBu_r"),
        ("large blobs", seen[0, :, :, 3], "RdBu_r"),
    ]
    with theme("light"):
        figure, axes = new_figure(2, 3, panel_inches=(3.2, 3.4))
        for ax, (title, values, colours) in zip(axes.flat, panels, strict=True):
            limit = np.percentile(np.abs(values), 99.5)
            low = -limit if colours == "RdBu_r" else 0
            ax.imshow(values, cmap=colours, vmin=low, vmax=limit, origin="lower")
            ax.set_title(title)
            ax.set_axis_off()
        axes[0, 0].plot(columns, rows, "o", ms=14, mfc="none", mec="white", mew=1.2)
        return to_png(figure, dpi=96)


Image(what_they_see(galaxy, filters))

# %% [markdown]
# **Expected:**
#
# ![Six panels: a galaxy with circles around its centre and its knots, its edges from left to right
# and from bottom to top, their strength, and its small and large blobs](assets/expected_edges_and_blobs.jpg)
#
# - An edge filter is red where the light rises in its direction and blue where it falls, so every
#   knot and the centre are half red, half blue. The *strength* knows no direction: it draws rings,
#   with a dark spot in the middle, where the slope is zero.
# - The small blob filter is made as wide as the seeing: knots and centre stand out, and the smooth
#   disk, which holds most of the light, is gone. The large one answers with wider spots.
# - The circles are the winners of max-pooling, found by *your* backward pass.
#
# **Try it** in a cell of your own: `Image(what_they_see(galaxy + 100, filters))`, a brighter sky. What
# is new, and which decision of part 2 causes it?

# %% [markdown]
# ## 12 What went wrong here?
#
# A published student project (PHYS378, *Predicting Galaxy Flux with Machine Learning*) trained
# exactly the network whose parameters you counted. Its first run, with learning rate 0.01, printed
# these mean squared errors of $\log_{10}$(flux):
#
# | epoch | 1 | 2 | 3 | 4 | 5 | 6 | 7 |
# |---|---|---|---|---|---|---|---|
# | training | 32.9182 | 0.6601 | 0.5443 | 0.4037 | 0.2854 | 0.2130 | 0.1844 |
# | test | 0.2283 | 0.1983 | 0.1855 | 0.1808 | 0.1891 | 0.1805 | 0.1781 |
#
# The numbers fall, so it learns? For nine of the first ten test galaxies it predicted the same
# value, 4.026822. Over the whole test set, $\log_{10}$(flux) has the mean 4.0419 and the variance
# 0.1786.
#
# The next cell is a clue. It takes one filter of yours and lets a training step that was far too
# long push its bias down.

# %% demo: one_step_too_long
def one_step_too_long(images):
    """Print what is alive behind a filter, and how large its gradient still is, for falling biases."""
    weight = np.full((3, 3, 1, 1), 1 / 9)
    print("  bias   pixels above zero   largest |dweight|")
    for bias in (0.0, -1.0, -100.0, -1000.0):
        y = conv2d_forward(images, weight, np.array([bias]), padding=1)
        dy = relu_backward(np.ones(y.shape), y)
        _, dweight, _ = conv2d_backward(dy, images, weight, padding=1)
        alive = np.mean(relu_forward(y) > 0)
        print(f"{bias:6.0f} {alive:15.1%} {np.max(np.abs(dweight)):19.1f}")


one_step_too_long(galaxy)

# %% [markdown]
# **Answer in your own words, in at most 100 words** (10 points, read by a person):
#
# 1. What mean squared error does a network reach that predicts the mean for every galaxy? So what had
#    this one learnt after seven epochs? (3 points)
# 2. Which line of *your* backward passes explains why more epochs would hardly have helped? (4 points)
# 3. How the pixels were scaled was not published; with raw counts, up to hundreds of ADU, the same
#    network dies in the same way in our simulation. Name two changes that make such a death less
#    likely, and say why. (3 points)

# %% written: what_went_wrong, 10 points
# 1. Predicting the mean for every galaxy costs exactly the variance, 0.1786. The network reached 0.1781,
#    with nearly the same answer for everybody: it had learnt the mean of the flux, and nothing about
#    the galaxies. The fall of the numbers is the constant on its way to the mean.
# 2. `np.where(x > 0, dy, 0)` in `relu_backward`: a unit that is negative for all galaxies passes
#    nothing back, so all derivatives of its weights and its bias are zero and no step moves it
#    again. Only the last bias goes on learning, and the best that it can find is the mean.
# 3. A smaller learning rate (0.001), so that no single step throws the biases that far; inputs of
#    order one (asinh of the counts), because the derivative by a weight grows with its input, and
#    the first steps with it. (Also good: a target with its mean taken off, a leaky ReLU, a
#    smaller spread of the first weights.)

# %% [markdown]
# ## What you have built
#
# Every layer of a convolutional network but the dense one, with derivatives that you can prove.
# In the next problem set they learn.
