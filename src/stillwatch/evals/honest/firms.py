"""Says what firms have in common: plans, paths, habits, and how a product becomes a persona."""

from __future__ import annotations

from functools import partial
from typing import Any

from stillwatch.evals.cast import Circumstances
from stillwatch.evals.honest.persona import Habit, Persona
from stillwatch.evals.honest.products import Product, write_product
from stillwatch.evals.rhythm import CLIENT_RATE_SIGMA, GAP_SIGMA

SERVICE = Habit(
    median=4.5,
    sigma=CLIENT_RATE_SIGMA * 0.65,
    turns=1.7,
    pause=2.5,
    pause_sigma=GAP_SIGMA,
    spread=6,
    weekend=0.75,
)
BATCH = Habit(median=7, sigma=1.1, turns=14, pause=3, spread=2, even=True, weekend=0.5, noise=1.3)
_PLAN = {"api": 0.72, "cloud": 0.16, "startup_credit": 0.12}
_PATH = {"api": 0.75, "cloud:alto": 0.15, "aggregator:crossroad": 0.07, "partner:vela": 0.03}


def firm(place: str = "cloud", **changes: Any) -> Circumstances:
    """A firm with a key of its own, or what is told otherwise."""
    facts: dict[str, Any] = {
        "client": "sdk",
        "mail": "own",
        "place": place,
        "plan": _PLAN,
        "path": _PATH,
        "use": {"": 0.6, "product": 0.4},
        "clients": 1,
        "cardless": 0.1,
    }
    return Circumstances(**(facts | changes))


def team(low: int, high: int, place: str = "cloud", **changes: Any) -> Circumstances:
    """Several accounts of one firm."""
    facts = {
        "group": (low, high),
        "organization": True,
        "card_of": 0,
        "device_of": 3,
        "mail": "group",
    }
    return firm(place, **(facts | changes))


def makes(name: str, share: float, facts: Circumstances, habit: Habit, **product: Any) -> Persona:
    """A persona that is one product."""
    return Persona(
        name=name,
        share=share,
        facts=facts,
        habit=habit,
        write=partial(write_product, product=Product(**product)),
    )
