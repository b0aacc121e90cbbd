"""The one door to the standard library's generator, whose sequence the worlds are made of."""

from random import Random

__all__ = ["Random"]
