"""Loss functions: one number to make small, and its derivative.

Each returns ``(value, d_prediction)``, the mean loss of the batch and dL/dprediction. The division
by the batch size is here and nowhere else; layers only add up.
"""

import math

from jaxtyping import Float

from .engine import Array, array_namespace
from .nn.activation import sigmoid


def _check(where: str, prediction: Array, target: Array) -> None:
    # Without this, (N, 1) and (N,) would broadcast to (N, N) and learn nonsense in silence.
    if prediction.shape != target.shape:
        raise ValueError(
            f"{where}: needed a target of the prediction's shape {prediction.shape}; "
            f"got {target.shape}"
        )


def mse(
    prediction: Float[Array, "*shape"], target: Float[Array, "*other"]
) -> tuple[Float[Array, ""], Float[Array, "*shape"]]:
    r"""Return the mean squared error and its derivative.

    .. math:: L = \frac1M \sum_i (p_i - t_i)^2, \qquad \frac{dL}{dp_i} = \frac2M (p_i - t_i)

    Parameters
    ----------
    prediction, target
        Arrays of one shape and one floating type; M is the number of their elements.

    Returns
    -------
    value, d_prediction : scalar array and array shaped like `prediction`

    Raises
    ------
    ValueError
        If the shapes differ.

    Examples
    --------
    >>> import numpy as np
    >>> value, d_prediction = mse(np.array([[1.0], [2.0]]), np.array([[1.0], [4.0]]))
    >>> float(value), d_prediction.tolist()
    (2.0, [[0.0], [-2.0]])
    """
    _check("mse", prediction, target)
    residual = prediction - target
    return array_namespace(residual).mean(residual**2), residual * (2 / math.prod(residual.shape))


def softmax_cross_entropy(
    logits: Float[Array, "N K"], labels: Float[Array, "*other"]
) -> tuple[Float[Array, ""], Float[Array, "N K"]]:
    r"""Return the cross-entropy of softmax probabilities and its derivative.

    .. math:: L = -\frac1N \sum_{nk} t_{nk} \log p_{nk}, \qquad
              p_{nk} = \frac{e^{z_{nk}}}{\sum_j e^{z_{nj}}}, \qquad
              \frac{dL}{dz_{nk}} = \frac1N (p_{nk} - t_{nk})

    The largest logit of each row is subtracted first; p stays the same and nothing overflows.

    Parameters
    ----------
    logits
        Scores z of K classes that exclude each other, (N, K).
    labels
        Probabilities t, (N, K): one-hot or soft, each row adding up to one.

    Returns
    -------
    value, d_logits : scalar array and array (N, K)

    Raises
    ------
    ValueError
        If the shapes differ.

    References
    ----------
    Bishop 2006, *Pattern Recognition and Machine Learning*, eqs. 4.108 and 4.109.

    Examples
    --------
    >>> import numpy as np
    >>> value, d_logits = softmax_cross_entropy(np.zeros((1, 2)), np.array([[1.0, 0.0]]))
    >>> round(float(value), 6), d_logits.tolist()
    (0.693147, [[-0.5, 0.5]])
    """
    _check("softmax_cross_entropy", logits, labels)
    xp = array_namespace(logits)
    shifted = logits - xp.max(logits, axis=-1, keepdims=True)
    log_p = shifted - xp.log(xp.sum(xp.exp(shifted), axis=-1, keepdims=True))
    count = logits.shape[0]
    return -xp.sum(labels * log_p) / count, (xp.exp(log_p) - labels) / count


def sigmoid_cross_entropy(
    logits: Float[Array, "N K"], targets: Float[Array, "*other"]
) -> tuple[Float[Array, ""], Float[Array, "N K"]]:
    r"""Return the sum of K yes-or-no cross-entropies, averaged over the batch.

    .. math:: L = \frac1N \sum_{nk} \left[-t_{nk}\log a_{nk} - (1 - t_{nk})\log(1 - a_{nk})\right],
              \qquad a = \frac1{1 + e^{-z}}, \qquad \frac{dL}{dz_{nk}} = \frac1N (a_{nk} - t_{nk})

    Each term is computed as :math:`\max(z, 0) - z t + \log(1 + e^{-|z|})`, exact for any logit.

    Parameters
    ----------
    logits
        Scores z, (N, K); the sigmoid is part of the loss, so the network must not end in one.
    targets
        Wanted answers t between 0 and 1, (N, K).

    Returns
    -------
    value, d_logits : scalar array and array (N, K)

    Raises
    ------
    ValueError
        If the shapes differ.

    References
    ----------
    Bishop 2006, *Pattern Recognition and Machine Learning*, eqs. 4.90 and 4.91.

    Examples
    --------
    >>> import numpy as np
    >>> value, d_logits = sigmoid_cross_entropy(np.array([[0.0, 800.0]]), np.array([[1.0, 1.0]]))
    >>> round(float(value), 6), d_logits.tolist()
    (0.693147, [[-0.5, 0.0]])
    """
    _check("sigmoid_cross_entropy", logits, targets)
    xp = array_namespace(logits)
    zero = xp.zeros((), dtype=logits.dtype)
    terms = xp.maximum(logits, zero) - logits * targets + xp.log1p(xp.exp(-xp.abs(logits)))
    count = logits.shape[0]
    return xp.sum(terms) / count, (sigmoid(logits) - targets) / count
