"""The hub: a TAXII 2.1 server for one lab or for a forum of labs."""
