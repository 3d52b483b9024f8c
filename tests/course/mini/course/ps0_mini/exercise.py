# %% [markdown]
# # Doubling, a course in one minute

# %% locked: setup
import numpy as np

table = np.loadtxt("assets/table.txt")


# %% answer: double
def double(x):
    """Return 2 x."""
    ### BEGIN SOLUTION
    return x * np.float64(2)  # the secret of doubling
    ### END SOLUTION


# %% test: double
got = double(table)
assert np.allclose(got, 2 * table), f"double: needed twice the input; got shape {np.shape(got)}"
assert double(0) == 0, "double: needed 0 for 0"


# %% answer: halve
def halve(x):
    """Return x / 2."""
    ### BEGIN SOLUTION
    return x / 2
    ### END SOLUTION


# %% test: halve
assert halve(3.0) == 1.5, "halve: needed half of the input"

# %% demo: long
raise RuntimeError("a demo cell takes minutes: nobody grades it")

# %% written: why, 2 points
# ### BEGIN SOLUTION
# Because twice is more than once.
# ### END SOLUTION
