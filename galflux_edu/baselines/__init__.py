"""Models to beat: each learns from numbers in a table and follows scikit-learn's conventions.

``fit(X, y)`` returns the model itself, what it learnt ends in an underscore, ``predict(X)`` and
``score(X, y)`` follow; rows are galaxies, columns are features.
"""

import lazy_loader

__getattr__, __dir__, __all__ = lazy_loader.attach(
    __name__, submod_attrs={"linear": ["LinearRegression"]}
)
