"""Plans, makes and explains proof; every statistic is computed by the verifier."""
