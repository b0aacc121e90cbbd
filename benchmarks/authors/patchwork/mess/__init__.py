"""The parts of the generator `patchwork`; see make.py beside this folder."""
