"""Mail domains of people, firms and schools."""

from __future__ import annotations

from typing import TYPE_CHECKING

from .draws import Random, ch, num, words

if TYPE_CHECKING:
    from .world import World

MAIL = (
    ["gmail.com"] * 44
    + ["outlook.com"] * 9
    + ["hotmail.com"] * 5
    + ["yahoo.com"] * 6
    + ["icloud.com"] * 7
    + ["proton.me"] * 4
    + ["qq.com"] * 4
    + ["163.com"] * 3
    + ["gmx.de"] * 2
    + [
        "web.de",
        "mail.ru",
        "yandex.ru",
        "naver.com",
        "orange.fr",
        "libero.it",
        "uol.com.br",
        "live.com",
        "fastmail.com",
        "duck.com",
    ]
)
DW = words(
    "north|blue|river|stone|data|soft|green|pixel|cloud|metro|nova|alpha|clear|bright|open|swift|craft|field|port|hill"
)
DX = words(
    "lab|works|soft|tech|media|studio|group|systems|consult|hub|analytics|digital|health|legal|trade|shop|care|games"
)
DT = ["com"] * 8 + ["io", "ai", "co", "de", "fr", "net", "org", "dev", "app", "co.uk", "jp", "in"]


def company_domain(r: Random) -> str:
    return (
        ch(r, DW)
        + ch(r, ["", "-", ""])
        + ch(r, DX)
        + (str(num(r, 1, 99)) if r.random() < 0.25 else "")
        + "."
        + ch(r, DT)
    )


def mail(r: Random, w: World) -> str:
    u = r.random()
    return (
        ch(r, MAIL)
        if u < 0.8
        else company_domain(r)
        if u < 0.95
        else ch(r, w.disp)
        if u < 0.97
        else ch(r, w.edu)
    )
