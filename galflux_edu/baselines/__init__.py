"""Models to beat: each learns from numbers in a table and follows scikit-learn's conventions.

``fit(X, y)`` returns the model itself, what it learnt ends in an underscore, ``predict(X)`` and
``score(X, y)`` follow; rows are galaxies, columns are features. Models that do both are told by
``task="classification"`` or ``"regression"``.
"""

import lazy_loader

__getattr__, __dir__, __all__ = lazy_loader.attach_stub(__name__, __file__)
