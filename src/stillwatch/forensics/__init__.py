"""Proof of distillation: plans, bundles, findings and what they mean; pure."""
