"""What the other side runs: checks a bundle and computes every statistic, needs nothing of ours."""
