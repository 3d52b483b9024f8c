"""Live lectures: a page on which galaxies change and networks learn while people watch.

``galflux live`` serves the page (`server`, `app`, ``demos``). A network is trained in a process of
its own (`worker`), which the page steers through a `TrainingProcess`; in it an
`InteractiveTrainer` takes the library's own steps with hyper-parameters that may change between
them. `TrainingView` shows the same in a notebook.
"""

import lazy_loader

__getattr__, __dir__, __all__ = lazy_loader.attach_stub(__name__, __file__)
