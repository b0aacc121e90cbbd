"""Stillwatch finds, documents and proves adversarial distillation of language models."""

__version__ = "0.1.0"
