"""The invented models of the worked examples, under the name by which tests know them."""

from stillwatch.evals.proof.invented import answers, habit, panel, prompts

__all__ = ["answers", "habit", "panel", "prompts"]
