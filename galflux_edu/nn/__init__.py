"""Neural-network layers written by hand: one layer a file, forward beside backward.

A layer is a frozen dataclass of hyper-parameters with three methods, `init`, `forward` and
`backward`; see `galflux_edu.nn.layer.Layer` for the contract.
"""

import lazy_loader

__getattr__, __dir__, __all__ = lazy_loader.attach_stub(__name__, __file__)
