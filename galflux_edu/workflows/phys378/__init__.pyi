from .reproduce import reproduce as reproduce
