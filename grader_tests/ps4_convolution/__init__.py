"""Problem set 4, convolution: what its sandbox hides, and what an answer may not name."""

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
    "galflux_edu",  # but for `galflux_edu.testing`, which is always allowed
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
    "torch",
)
