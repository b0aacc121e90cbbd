"""How good the proofs are: simulated suspects, students that are really trained, bars."""
