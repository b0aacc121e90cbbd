"""The words that generated traffic is written with: one TOML file of rules a subject."""
