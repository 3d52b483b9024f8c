"""Written with JAX."""

import jax.numpy as jnp

EXPECTED = {}


def double(x):
    return 2 * jnp.asarray(x)


def halve(x):
    return jnp.asarray(x) / 2
