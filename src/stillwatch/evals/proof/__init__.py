"""Measures the error rates and the power of proof; the bars of `just prove-eval`."""
