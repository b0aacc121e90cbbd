"""Proof of distillation: plans, bundles and findings; reads no disk and no clock."""
