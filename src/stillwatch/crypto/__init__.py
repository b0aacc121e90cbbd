"""Keys and proofs."""
