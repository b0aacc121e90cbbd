"""A provider's ledger: honest customers and the small companies that distil through it."""
