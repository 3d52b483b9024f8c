"""Live lectures: a page on which galaxies change and networks learn while people watch.

``galflux live`` serves the page (`server`, `app`, ``demos``). A network is trained in a process of
its own (`worker`), which the page steers through a `Trainer`; what is trained there is a
`InteractiveTrainer`, the library's own step with settings that may change between two steps.
`TrainingView`
shows the same in a notebook.
"""

import lazy_loader

__getattr__, __dir__, __all__ = lazy_loader.attach(
    __name__,
    submod_attrs={
        "liverun": ["InteractiveTrainer", "Settings"],
        "notebook": ["TrainingView"],
        "trainer": ["Trainer"],
    },
)
