"""``python -m galflux_edu.cli``: the same as ``galflux``."""

from .main import main

main()
