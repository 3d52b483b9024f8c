"""Training: `fit` a network to data, `predict` with it, and a record of what happened.

``trainer`` is the place to begin reading: one pure step and all that belongs to it. ``loop``
repeats it, ``step`` compiles it, ``batches`` loads its data, and ``run`` keeps its record.

**On a GPU** the same call waits less: data that fit into its memory are put there once and each
step gathers its rows there, the parameters are overwritten in place, and losses are read 32 at a
time. ``precision="bfloat16"`` runs the network's products in half the bytes.

**On several GPUs**, ``fit(..., devices=4)`` gives each a quarter of every batch and averages the
gradients. **On several computers**, start the same program on each of them and begin it with::

    import jax

    jax.distributed.initialize("first-computer:1234", num_processes=2, process_id=0)  # and 1

(on a Slurm cluster, ``initialize()`` finds these arguments itself). From then on
``len(jax.devices())`` counts the devices of all computers; that is what ``devices`` should be.
Every process needs the same data and arguments, but a checkpoint file of its own, and ends with the
same parameters.
"""

import lazy_loader

__getattr__, __dir__, __all__ = lazy_loader.attach_stub(__name__, __file__)
