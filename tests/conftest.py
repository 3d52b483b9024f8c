"""Tests run in float64, with strict shapes: a silent promotion or a wrong axis is a failure."""

import jax
from jaxtyping import install_import_hook

jax.config.update("jax_enable_x64", True)
jax.config.update("jax_numpy_dtype_promotion", "strict")
# From here on every annotated shape in the package is checked on every call.
install_import_hook("galflux_edu", "beartype.beartype")
