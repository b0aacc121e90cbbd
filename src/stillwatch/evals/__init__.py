"""How good it is: honest and hostile traffic, measures, calibration."""
