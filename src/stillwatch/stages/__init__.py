"""The steps of the scan: pure, and none imports another."""
