"""Schemas, query engines and digests; the only room that runs SQL."""
