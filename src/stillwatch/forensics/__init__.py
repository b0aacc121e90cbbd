"""Proof of distillation: plans, findings and what they mean; pure."""
