"""The flux network as users of other frameworks write it: the same sizes, optimiser and loss."""

import contextlib
import logging
from collections.abc import Callable

import numpy as np

BATCH, PIXELS, DROPOUT, RATE = 32, 143, 0.2, 1e-3


def draw_batch(size: int = BATCH) -> tuple[np.ndarray, np.ndarray]:
    """Return `size` float32 images (N, H, W, 1), already stretched, and targets (N, 1)."""
    rng = np.random.default_rng(0)
    images = rng.standard_normal((size, PIXELS, PIXELS, 1), dtype=np.float32)
    return images, rng.standard_normal((size, 1), dtype=np.float32)


def torch_network():
    """Return the network in PyTorch."""
    from torch import nn

    return nn.Sequential(
        *(nn.Conv2d(1, 12, 3, padding=1), nn.ReLU(), nn.MaxPool2d(2)),
        *(nn.Conv2d(12, 24, 3, padding=1), nn.ReLU(), nn.MaxPool2d(2)),
        *(nn.Flatten(), nn.Linear(24 * 35 * 35, 64), nn.ReLU(), nn.Dropout(DROPOUT)),
        nn.Linear(64, 1),
    )


def torch_step(images: np.ndarray, targets: np.ndarray, compiled: bool = False) -> Callable:
    """Return a function that takes one training step with PyTorch, eager or compiled."""
    import torch

    network = torch_network()
    optimiser = torch.optim.Adam(network.parameters(), RATE)
    x, y = torch.tensor(images.transpose(0, 3, 1, 2).copy()), torch.tensor(targets)

    def loss_of(x, y):
        return torch.nn.functional.mse_loss(network(x), y)

    if compiled:
        loss_of = torch.compile(loss_of)

    def step() -> float:
        optimiser.zero_grad()
        loss = loss_of(x, y)
        loss.backward()
        optimiser.step()
        return loss.item()

    return step


def torch_predict(images: np.ndarray, compiled: bool = False) -> Callable:
    """Return a function that predicts once with PyTorch."""
    import torch

    network = torch_network().eval()
    if compiled:
        network = torch.compile(network)
    x = torch.tensor(images.transpose(0, 3, 1, 2).copy())

    def predict():
        with torch.inference_mode():
            return network(x).numpy()

    return predict


def works(function: Callable) -> bool:
    """Say whether a function runs at all: ``torch.compile`` needs a C++ compiler."""
    logging.disable()  # it would print pages about the compiler it did not find
    try:
        with contextlib.suppress(Exception):
            function()
            return True
        return False
    finally:
        logging.disable(logging.NOTSET)


def flax_network():
    """Return the network in Flax."""
    from flax import linen as nn

    class Network(nn.Module):
        @nn.compact
        def __call__(self, x, train: bool):
            for features in (12, 24):
                x = nn.relu(nn.Conv(features, (3, 3))(x))
                x = nn.max_pool(x, (2, 2), (2, 2))
            x = nn.relu(nn.Dense(64)(x.reshape(len(x), -1)))
            return nn.Dense(1)(nn.Dropout(DROPOUT, deterministic=not train)(x))

    return Network()


def flax_step(images: np.ndarray, targets: np.ndarray) -> Callable:
    """Return a function that takes one training step with Flax and Optax, compiled."""
    import jax
    import optax

    network, key, optimiser = flax_network(), jax.random.key(0), optax.adam(RATE)
    x, y = jax.numpy.asarray(images), jax.numpy.asarray(targets)
    params = network.init(key, x, train=False)

    def loss_of(params, x, y, key):
        prediction = network.apply(params, x, train=True, rngs={"dropout": key})
        return ((prediction - y) ** 2).mean()

    def update(params, state, x, y, key):
        value, grads = jax.value_and_grad(loss_of)(params, x, y, key)
        updates, state = optimiser.update(grads, state)
        return optax.apply_updates(params, updates), state, value

    update = jax.jit(update, donate_argnums=(0, 1))
    now = [params, optimiser.init(params)]

    def step() -> float:
        *now[:], value = update(*now, x, y, key)
        return float(value)

    return step


def flax_predict(images: np.ndarray) -> Callable:
    """Return a function that predicts once with Flax, compiled."""
    import jax

    network, x = flax_network(), jax.numpy.asarray(images)
    params = network.init(jax.random.key(0), x, train=False)
    forward = jax.jit(lambda params, x: network.apply(params, x, train=False))
    return lambda: np.asarray(forward(params, x))
