"""How close are the predictions?  Arrays in, one number (or a small table) out.

Everything is summed in float64, whatever the arrays hold, and nothing is ever broadcast: a
column of N predictions against a row of N truths would quietly make N x N differences. The
prediction always comes first, the truth second.
"""

import lazy_loader

__getattr__, __dir__, __all__ = lazy_loader.attach_stub(__name__, __file__)
