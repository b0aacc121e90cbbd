"""What kinds of customers there are, and what they are made of."""

from .dice import Random

TZS = [
    -8,
    -7,
    -6,
    -5,
    -5,
    -5,
    -3,
    -3,
    0,
    0,
    1,
    1,
    1,
    2,
    2,
    3,
    3,
    4,
    5.5,
    5.5,
    5.5,
    7,
    7,
    8,
    8,
    8,
    9,
    9,
    10,
]

# persona: plans, verification, mail (free, company, school, disposable), access paths, home networks, age in days (median)
PERSONA = {
    "consumer": (
        {"subscription": 72, "free_trial": 28},
        {"email": 50, "phone": 25, "card": 20, "none": 5},
        (93, 3, 1, 3),
        {"subscription": 100},
        {"isp": 55, "mobile": 30, "vpn": 9, "biz": 6},
        95,
    ),
    "dev": (
        {"api": 74, "free_trial": 17, "startup_credit": 9},
        {"email": 35, "card": 45, "phone": 20},
        (70, 26, 1, 3),
        {"api": 78, "aggregator": 15, "cloud": 7},
        {"isp": 55, "cloud": 18, "vpn": 11, "biz": 10, "mobile": 6},
        105,
    ),
    "smb": (
        {"api": 55, "subscription": 25, "startup_credit": 8, "cloud": 12},
        {"card": 60, "business": 20, "email": 20},
        (28, 71, 0, 1),
        {"api": 85, "aggregator": 15},
        {"biz": 35, "isp": 40, "cloud": 25},
        150,
    ),
    "student": (
        {"education": 50, "subscription": 24, "free_trial": 26},
        {"email": 70, "phone": 20, "card": 10},
        (50, 1, 46, 3),
        {"api": 35, "subscription": 65},
        {"isp": 40, "edu": 25, "mobile": 28, "vpn": 7},
        60,
    ),
    "research": (
        {"research": 45, "education": 20, "api": 35},
        {"email": 50, "card": 30, "business": 20},
        (25, 10, 65, 0),
        {"api": 86, "aggregator": 8, "cloud": 6},
        {"edu": 50, "isp": 20, "cloud": 22, "vpn": 8},
        120,
    ),
    "enterprise": (
        {"cloud": 38, "api": 62},
        {"business": 85, "card": 15},
        (2, 98, 0, 0),
        {"api": 90, "partner": 10},
        {"cloud": 60, "biz": 40},
        260,
    ),
}

DEFSYS = [
    "You are a helpful assistant.",
    "You are a helpful assistant.",
    "You are a helpful, concise assistant.",
    "You are ChatBuddy, a friendly assistant. Today is {Monday|Friday|Sunday}.",
    "You are a senior <lang> engineer. Answer with code first.",
    "Answer in the user's language.",
    "You are {<name>'s|our team's} assistant for <brand>. Be {brief|warm|precise}.",
]

DECLARED = {
    "consumer": [None] * 9 + ["product"],
    "dev": [None] * 6 + ["product", "product", "evaluation", "research"],
    "smb": [None] * 4 + ["product"] * 5 + ["annotation"],
    "student": [None] * 6 + ["education"] * 3 + ["research"],
    "research": [None] * 3 + ["research"] * 5 + ["evaluation", "education"],
    "enterprise": [None] * 3 + ["product"] * 6 + ["annotation", "evaluation"],
}


def pick(R: Random, d: dict[str, float]) -> str:
    return R.choices(list(d), list(d.values()))[0]
