"""Accounts and what surrounds them: hours, time zones, mail providers and the record itself."""

from collections.abc import Callable
from typing import Any

HOURS = {
    "office": [
        0.2,
        0.1,
        0.1,
        0.1,
        0.2,
        0.4,
        1,
        3,
        7,
        10,
        10,
        9,
        6,
        8,
        10,
        10,
        8,
        6,
        3,
        2,
        2,
        1.5,
        1,
        0.5,
    ],
    "evening": [
        2,
        1,
        0.5,
        0.3,
        0.2,
        0.3,
        0.8,
        1.5,
        2,
        2,
        2.5,
        3,
        4,
        3,
        3,
        3,
        4,
        5,
        7,
        9,
        10,
        10,
        8,
        5,
    ],
    "student": [4, 2, 1, 0.5, 0.3, 0.2, 0.5, 1, 3, 5, 6, 6, 5, 6, 7, 7, 6, 5, 5, 7, 8, 9, 8, 6],
    "night": [9, 8, 7, 5, 3, 1, 0.5, 0.5, 1, 1, 1.5, 2, 2, 2, 2, 2.5, 3, 3, 4, 5, 6, 7, 8, 9],
    "flat": [1] * 24,
}

CUM = {}

for _k, _v in HOURS.items():
    s = 0
    CUM[_k] = [s := s + x for x in _v]

TZS = (
    [-8] * 6
    + [-7] * 2
    + [-6] * 6
    + [-5] * 12
    + [-3] * 6
    + [0] * 8
    + [1] * 16
    + [2] * 6
    + [3] * 6
    + [5] * 10
    + [7] * 4
    + [8] * 12
    + [9] * 7
    + [10] * 2
)

TZLANG = {
    -3: ["pt", "es"],
    0: ["en", "pt"],
    1: ["de", "fr", "es"],
    2: ["ru", "ar", "tr"],
    3: ["tr", "ru", "ar"],
    5: ["hi", "en"],
    7: ["id"],
    8: ["zh"],
    9: ["ja", "ko"],
    -6: ["es", "en"],
}

TZASN = {
    -8: [7922, 7018, 701],
    -7: [7922],
    -6: [7922, 7018],
    -5: [7922, 701, 7018],
    -3: [28573],
    0: [2856, 5089],
    1: [3320, 12322, 3215, 12479, 3269, 5617],
    2: [12389, 8402, 36903, 6799],
    3: [9121, 12389],
    5: [55836, 24560],
    7: [7713, 45899],
    8: [4134, 4837],
    9: [4766, 17676],
    10: [1221],
}

MAIL = [
    ("gmail.com", 48),
    ("outlook.com", 9),
    ("hotmail.com", 5),
    ("icloud.com", 4),
    ("yahoo.com", 4),
    ("proton.me", 4),
    ("qq.com", 4),
    ("163.com", 3),
    ("gmx.de", 2),
    ("naver.com", 2),
    ("mail.ru", 2),
    ("duck.com", 1),
    ("mozmail.com", 0.7),
    ("aleeas.com", 0.5),
    ("yandex.ru", 1),
    ("web.de", 1),
    ("tutamail.com", 0.5),
    ("mailinator.com", 0.2),
    ("guerrillamail.com", 0.15),
    ("temp-mail.org", 0.15),
]

DISPOSABLE = [
    "mailinator.com",
    "guerrillamail.com",
    "temp-mail.org",
    "10minutemail.com",
    "yopmail.com",
    "moakt.com",
    "dispostable.com",
    "maildrop.cc",
]


class Account:
    """Somebody who is billed: a person, a program, a seat, or a bought identity."""

    __slots__ = [
        "auth",
        "blocks",
        "campaign",
        "care",
        "clients",
        "created",
        "declared",
        "device",
        "email",
        "hist",
        "hostile",
        "hours",
        "id",
        "ips",
        "keys",
        "kind",
        "lang",
        "live",
        "logs",
        "look",
        "model",
        "n",
        "org",
        "path",
        "pay",
        "plan",
        "pub",
        "reasoned",
        "role",
        "rot",
        "sip",
        "tz",
        "verif",
    ]


Address = tuple[str, int]  # an address and its operator number
Exchange = dict[str, Any]  # what a say function asks for
Say = Callable[..., Exchange]
Content = Say | list[tuple[float, Say]]
Block = tuple[float, str, str]  # when a reasoning block was issued, its id, and to whom
