"""Stillwatch finds, documents and proves adversarial distillation of language models."""
