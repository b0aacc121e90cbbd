"""Measures the error rates and the power of proofs; the bars of `just prove-eval`."""
