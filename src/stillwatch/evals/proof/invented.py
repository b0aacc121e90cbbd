"""Made-up models with planted lineage: a model is a habit of opening answers."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from stillwatch.verifier.likeness import Model

OPENERS = (
    *("certainly", "of course", "sure", "indeed", "well", "right", "okay", "great", "here is"),
    *("there are", "let us look at", "this is", "you can", "it is", "in short", "the answer is"),
    *("to begin", "first", "yes", "no", "as you ask", "many people find", "one way is", "think of"),
)
JOINS = (",", "!", ".", ":", " -", " that", " because", " when", " about", " the", " a", " some")
THINGS = (
    *("garden", "river", "market", "engine", "letter", "winter", "kitchen", "window", "teacher"),
    *("bridge", "planet", "forest", "doctor", "ticket", "camera", "island", "bottle", "summer"),
)


def prompts(count: int) -> list[str]:
    """Different questions about everyday things."""
    n = len(THINGS)
    return [
        f"Tell me about the {THINGS[i % n]} beside the {THINGS[(i * 7 + i // n) % n]}, part {i}"
        for i in range(count)
    ]


def habit(seed: int) -> np.ndarray:
    """A taste over openers and what follows them."""
    return np.random.default_rng(seed).dirichlet(np.full(len(OPENERS) * len(JOINS), 0.05))


def answers(asked: Sequence[str], taste: np.ndarray, seed: int) -> list[str]:
    """One answer a prompt, opened by taste; the rest repeats the prompt's own words."""
    dice = np.random.default_rng(seed)
    drawn = dice.choice(len(taste), size=len(asked), p=taste)
    said = []
    for prompt, one in zip(asked, drawn.tolist(), strict=True):
        opener, join = OPENERS[one // len(JOINS)], JOINS[one % len(JOINS)]
        topic = prompt.removeprefix("Tell me about ")
        filler = " ".join(dice.choice(THINGS, 3).tolist())
        said.append(f"{opener.capitalize()}{join} {topic} {filler}. And so on.")
    return said


def panel(
    count: int = 120, controls: int = 18, students: int = 6, share: float = 0.8, seed: int = 0
) -> tuple[list[str], list[Model], list[list[str]]]:
    """Five vendors of two versions, unrelated lines, and students of the first vendor."""
    asked = prompts(count)
    models: list[Model] = []
    said: list[list[str]] = []

    def add(model: Model, taste: np.ndarray) -> None:
        models.append(model)
        said.append(answers(asked, taste, seed * 1000 + len(models)))

    for vendor in range(5):
        for version in range(2):
            taste = 0.9 * habit(seed + vendor) + 0.1 * habit(seed + 50 + vendor * 2 + version)
            add(Model(f"v{vendor}.{version}", f"vendor{vendor}/line", "vendor", "2023-01"), taste)
    for line in range(controls):
        add(Model(f"free{line}", f"free{line}", "human", "2023-06"), habit(seed + 200 + line))
    for line in range(students):
        taste = share * habit(seed) + (1 - share) * habit(seed + 400 + line)
        model = Model(f"pupil{line}", f"pupil{line}", "student", "2023-06", ("vendor0/line",))
        add(model, taste)
    return asked, models, said
