"""A market of language-model customers: honest programmes first, campaigns hidden among them."""
