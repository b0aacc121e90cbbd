"""What the other side runs: every check and statistic from raw text, without the rest of us."""
