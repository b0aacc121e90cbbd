"""What the other side runs: checks a bundle, computes its findings again, needs nothing of ours."""
