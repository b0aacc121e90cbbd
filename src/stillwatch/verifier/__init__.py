"""Recomputes every statistic of a proof from raw text, and imports nothing else of Stillwatch."""
