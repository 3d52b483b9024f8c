"""The smallest problem set there is hides nothing."""
