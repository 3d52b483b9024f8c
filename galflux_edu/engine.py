"""Which array library am I on?  The door to JAX.

Every layer, loss and renderer is written once against the `Python array API standard
<https://data-apis.org/array-api/latest/>`_ and runs on NumPy arrays, on JAX arrays and under
``jit``. What the standard leaves out (compilation, loops, random numbers) is here, and only here
the two engines differ.

A *key* is engine randomness: on NumPy a plain integer that seeds a Philox generator, on JAX a
``jax.random.key``. The same key always gives the same numbers; `fold_in` makes new keys from old.
"""

import importlib
import math
import sys
from collections.abc import Callable
from types import ModuleType
from typing import Any

import numpy as np

from .errors import InputError
from .trees import Array, Tree, tree_leaves, tree_map
from .trees import flatten as flatten
from .trees import unflatten as unflatten

Table = Any  # arrays by column name: a dict or a pandas DataFrame

ENGINES = ("numpy", "jax")


def array_namespace(*arrays: Array) -> ModuleType:
    """Return the array library that all `arrays` belong to.

    Python scalars and None are skipped, since every engine takes them.

    Raises
    ------
    TypeError
        If the arrays come from two engines, or none of the arguments is an array.

    Examples
    --------
    >>> array_namespace(np.zeros(3), 2.0).__name__
    'numpy'
    """
    spaces = {a.__array_namespace__() for a in arrays if hasattr(a, "__array_namespace__")}
    if len(spaces) == 1:
        return spaces.pop()
    names = " and ".join(sorted(space.__name__ for space in spaces)) or "no array at all"
    raise TypeError(f"array_namespace: needed arrays of one engine; got {names}")


def namespace(engine: str) -> ModuleType:
    """Return the array library called `engine`: ``"numpy"`` or ``"jax"``."""
    if engine not in ENGINES:
        raise ValueError(f"engine: needed one of {', '.join(ENGINES)}; got {engine!r}")
    return importlib.import_module("jax.numpy" if engine == "jax" else "numpy")


def _is_jax(xp: ModuleType) -> bool:
    return xp.__name__ == "jax.numpy"


def to_engine(tree: Tree, engine: str | ModuleType, dtype: str | None = None) -> Tree:
    """Return `tree` with every leaf an array of `engine`, floating leaves cast to `dtype`.

    Parameters
    ----------
    tree
        Arrays in nested dicts, lists and tuples.
    engine
        ``"numpy"``, ``"jax"``, or an array-API module such as ``array_api_strict``.
    dtype
        Name of a floating type, ``"float32"`` or ``"float64"``; None keeps each leaf's own.
    """
    xp = namespace(engine) if isinstance(engine, str) else engine

    def convert(leaf: Array) -> Array:
        leaf = np.asarray(leaf)
        if dtype is not None and np.issubdtype(leaf.dtype, np.floating):
            leaf = leaf.astype(dtype)
        return xp.asarray(leaf)

    return tree_map(convert, tree)


def to_numpy(tree: Tree) -> Tree:
    """Return `tree` with every leaf a NumPy array."""
    return to_engine(tree, np)


def jit(function: Callable, engine: str, **options: Any) -> Callable:
    """Compile `function` on JAX; on NumPy return it as it is, ready for a debugger.

    `options` go to ``jax.jit``.
    """
    if engine != "jax":
        return function
    import jax

    return jax.jit(function, **options)


def pad(x: Array, axis: int, before: int, after: int) -> Array:
    """Add zeros before and after `x` along one axis."""
    if not before and not after:
        return x
    xp = array_namespace(x)
    if _is_jax(xp):  # one operation of its own: XLA makes it one pass over memory
        return xp.pad(x, [(before, after) if i == axis else (0, 0) for i in range(x.ndim)])

    def zeros(width: int) -> Array:
        return xp.zeros((*x.shape[:axis], width, *x.shape[axis + 1 :]), dtype=x.dtype)

    return xp.concat([zeros(before), x, zeros(after)], axis=axis)


def scan(step: Callable, carry: Tree, inputs: Tree) -> tuple[Tree, Tree]:
    """Run ``carry, output = step(carry, input)`` along the first axis of `inputs`.

    On JAX this is ``jax.lax.scan`` (one compiled loop), elsewhere a Python loop.
    """
    xp = array_namespace(*tree_leaves(inputs))
    if _is_jax(xp):
        import jax

        return jax.lax.scan(step, carry, inputs)
    outputs = []
    for i in range(tree_leaves(inputs)[0].shape[0]):
        carry, output = step(carry, tree_map(lambda leaf, i=i: leaf[i, ...], inputs))
        outputs.append(output)
    return carry, tree_map(lambda *leaves: xp.stack(leaves), *outputs)


def _on_cpu() -> bool:
    jax = sys.modules.get("jax")  # not loaded: NumPy only
    return jax is None or jax.default_backend() == "cpu"


def microbatch_size(count: int, few: int = 2) -> int:
    """Return how many of `count` examples to take at once: on a CPU, `few` fit into the cache."""
    return math.gcd(count, few) if _on_cpu() else count


def dispatch_depth() -> int:
    """Return how many steps to hand out before a result is read back.

    A GPU would stand idle while its next step is prepared. On a CPU two at once are in each
    other's way.
    """
    return 1 if _on_cpu() else 32


def device_data_budget(engine: str) -> int:
    """Return how many bytes of one set of data to keep on the device while training.

    A quarter of a GPU's memory: training and validation data leave half to the network. None on a
    CPU: there it gains nothing (measured), and a file larger than memory stays on disk.
    """
    if engine != "jax" or _on_cpu():
        return 0
    import jax

    return (jax.local_devices()[0].memory_stats() or {}).get("bytes_limit", 0) // 4


def donate_buffers(engine: str) -> bool:
    """Return whether a step shall write its results over its inputs (donated buffers).

    It saves memory on a GPU. On a CPU it cost a fifth of the speed (measured, JAX 0.10).
    """
    return engine == "jax" and not _on_cpu()


def _mesh(devices: int) -> Any:
    import jax

    found = jax.devices()
    if devices > len(found):
        raise InputError(f"devices: needed as many as JAX sees, {len(found)}; got {devices}")
    return jax.sharding.Mesh(np.asarray(found[:devices]), ("batch",))


def replicate(tree: Tree, devices: int) -> Tree:
    """Return `tree` with every array copied to each of the devices, ready for `data_parallel`."""
    if devices == 1:
        return tree
    import jax

    everywhere = jax.sharding.NamedSharding(_mesh(devices), jax.sharding.PartitionSpec())
    return tree_map(lambda leaf: jax.device_put(leaf, everywhere), tree)


def data_parallel(function: Callable, devices: int, join: bool = False) -> Callable:
    """Run ``function(params, batch, key)`` on several devices, each with its share of the batch.

    What it returns must be means over the examples of a batch, and is averaged, or (`join`) have
    one example a row, and is joined in order. A key becomes another one on each device. A batch
    that cannot be shared evenly, such as the last of an epoch, is computed whole by each of them.
    """
    if devices == 1:
        return function
    import jax

    everywhere, a_share = jax.sharding.PartitionSpec(), jax.sharding.PartitionSpec("batch")

    def on_one_device(params: Tree, batch: Tree, key: Any) -> Tree:
        if key is not None:
            key = fold_in(key, jax.lax.axis_index("batch"))
        result = function(params, batch, key)
        return result if join else jax.lax.pmean(result, "batch")

    on_all = jax.shard_map(
        on_one_device,
        mesh=_mesh(devices),
        in_specs=(everywhere, a_share, everywhere),
        out_specs=a_share if join else everywhere,
        check_vma=False,  # it would have every loop say which of its arrays differ by device
    )

    def run(params: Tree, batch: Tree, key: Any) -> Tree:
        uneven = tree_leaves(batch)[0].shape[0] % devices
        return (function if uneven else on_all)(params, batch, key)

    return run


def random_key(seed: int, engine: str) -> Array | int:
    """Return the key of `engine` that `seed` names."""
    if engine != "jax":
        return int(seed)
    import jax

    return jax.random.key(seed)


def fold_in(key: Array | int, number: int | Array) -> Array | int:
    """Return a new key made from `key` and `number`; different numbers, independent keys."""
    if isinstance(key, int):
        low, high = np.random.SeedSequence([key, int(number)]).generate_state(2, np.uint64)
        return int(low) | int(high) << 64
    import jax

    return jax.random.fold_in(key, number)


def _philox(key: int) -> np.random.Generator:
    return np.random.Generator(np.random.Philox(np.random.SeedSequence(key)))


def _numpy_dtype(like: Array) -> np.dtype:
    return np.asarray(like).dtype


def uniform(key: Array | int, like: Array) -> Array:
    """Draw U(0, 1) with the shape, dtype and engine of `like`."""
    xp = array_namespace(like)
    if _is_jax(xp):
        import jax

        return jax.random.uniform(key, like.shape, like.dtype)
    return xp.asarray(_philox(key).random(like.shape, dtype=_numpy_dtype(like)))


def normal(key: Array | int, like: Array) -> Array:
    """Draw N(0, 1) with the shape, dtype and engine of `like`."""
    xp = array_namespace(like)
    if _is_jax(xp):
        import jax

        return jax.random.normal(key, like.shape, like.dtype)
    return xp.asarray(_philox(key).standard_normal(like.shape, dtype=_numpy_dtype(like)))


def poisson(key: Array | int, mean: Array) -> Array:
    """Draw Poisson counts of the given `mean`, returned in the dtype of `mean`."""
    xp = array_namespace(mean)
    if _is_jax(xp):
        import jax

        return jax.random.poisson(key, mean).astype(mean.dtype)
    return xp.asarray(_philox(key).poisson(np.asarray(mean)), dtype=mean.dtype)


def devices() -> list[str]:
    """Return the devices that JAX computes on, in words."""
    import jax

    return [f"{device.platform}:{device.id} ({device.device_kind})" for device in jax.devices()]
