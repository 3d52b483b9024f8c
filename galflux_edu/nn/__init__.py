"""Neural-network layers written by hand: one layer a file, forward beside backward.

A layer is a frozen dataclass of hyper-parameters with three methods, `init`, `forward` and
`backward`; see `galflux_edu.nn.layer.Layer` for the contract.
"""

import lazy_loader

__getattr__, __dir__, __all__ = lazy_loader.attach(
    __name__,
    submod_attrs={
        "activation": ["ReLU", "Sigmoid", "Tanh"],
        "conv": ["Conv2d"],
        "dense": ["Dense"],
        "dropout": ["Dropout"],
        "flatten": ["Flatten"],
        "fast": ["ConvReLUPool2d", "WinogradConvReLUPool2d"],
        "layer": ["count_parameters"],
        "norm": ["LayerNorm"],
        "pool": ["AvgPool2d", "GlobalAvgPool", "MaxPool2d"],
        "residual": ["Residual"],
        "sequential": ["Sequential"],
    },
)
