from .classify import classify as classify
