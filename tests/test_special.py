"""Special functions against SciPy, on every engine."""

import array_api_strict
import jax.numpy as jnp
import numpy as np
import pytest
from scipy import special as scipy_special

from galflux_edu.special import gamma_p, log_gamma, sersic_b

ENGINES = [np, jnp, array_api_strict]


@pytest.mark.parametrize("xp", ENGINES, ids=lambda xp: xp.__name__)
def test_log_gamma_agrees_with_scipy(xp):
    x = np.linspace(0.05, 60, 500)
    np.testing.assert_allclose(
        np.asarray(log_gamma(xp.asarray(x))), scipy_special.gammaln(x), rtol=1e-12, atol=1e-13
    )


@pytest.mark.parametrize("xp", ENGINES, ids=lambda xp: xp.__name__)
def test_gamma_p_agrees_with_scipy(xp):
    a, x = (g.ravel() for g in np.meshgrid(np.linspace(0.5, 16, 20), np.linspace(0.01, 20, 40)))
    ours = np.asarray(gamma_p(xp.asarray(a), xp.asarray(x)))
    np.testing.assert_allclose(ours, scipy_special.gammainc(a, x), rtol=1e-11, atol=1e-14)


@pytest.mark.parametrize("xp", ENGINES, ids=lambda xp: xp.__name__)
def test_sersic_b_halves_the_light(xp):
    n = np.linspace(0.5, 8, 200)
    expected = scipy_special.gammaincinv(2 * n, 0.5)
    np.testing.assert_allclose(np.asarray(sersic_b(xp.asarray(n))), expected, rtol=1e-10)


def test_float32_stays_float32():
    n = np.linspace(0.5, 6, 20, dtype=np.float32)
    b = sersic_b(n)
    assert b.dtype == np.float32
    np.testing.assert_allclose(b, scipy_special.gammaincinv(2.0 * n, 0.5), rtol=5e-6)
