"""The nouns: frozen dataclasses; each is a row, and its table's schema is read off it."""
