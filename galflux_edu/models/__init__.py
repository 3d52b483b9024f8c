"""The zoo: networks by name, their own layers, and the ways to scale what goes into them."""

import lazy_loader

__getattr__, __dir__, __all__ = lazy_loader.attach(
    __name__,
    submod_attrs={
        "fractions": ["LogTotalAndFractions"],
        "radial": ["RadialMoments"],
        "zoo": [
            "ASINH_SOFTENING_ADU",
            "CLASSIFIERS",
            "INPUT_SCALINGS",
            "MODELS",
            "asinh_stretch",
            "build",
            "course_best",
            "divide_by_maximum",
            "flux_cnn",
            "flux_cnn_plain",
            "galaxy10_linear",
            "galaxy10_mlp",
            "gray_levels",
            "raw",
            "rename",
        ],
    },
)
