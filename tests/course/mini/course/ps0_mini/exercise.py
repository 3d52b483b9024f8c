# %% [markdown]
# # Doubling, a course in one minute

# %% nbgrader={"grade": false, "grade_id": "setup", "locked": true, "schema_version": 3, "solution": false, "task": false}
import numpy as np

table = np.loadtxt("assets/table.txt")


# %% nbgrader={"grade": false, "grade_id": "double-answer", "locked": false, "schema_version": 3, "solution": true, "task": false}
def double(x):
    """Return 2 x."""
    ### BEGIN SOLUTION
    return x * np.float64(2)  # the secret of doubling
    ### END SOLUTION


# %% nbgrader={"grade": true, "grade_id": "double", "locked": true, "points": 6, "schema_version": 3, "solution": false, "task": false}
got = double(table)
assert np.allclose(got, 2 * table), f"double: needed twice the input; got shape {np.shape(got)}"


# %% nbgrader={"grade": false, "grade_id": "halve-answer", "locked": false, "schema_version": 3, "solution": true, "task": false}
def halve(x):
    """Return x / 2."""
    ### BEGIN SOLUTION
    return x / 2
    ### END SOLUTION


# %% nbgrader={"grade": true, "grade_id": "halve", "locked": true, "points": 2, "schema_version": 3, "solution": false, "task": false}
assert halve(3.0) == 1.5, "halve: needed half of the input"

# %% tags=["demo"] nbgrader={"grade": false, "grade_id": "long", "locked": true, "schema_version": 3, "solution": false, "task": false}
raise RuntimeError("a demo cell takes minutes: nobody grades it")

# %% [markdown] nbgrader={"grade": true, "grade_id": "why", "locked": false, "points": 2, "schema_version": 3, "solution": true, "task": false}
# ### BEGIN SOLUTION
# Because twice is more than once.
# ### END SOLUTION
