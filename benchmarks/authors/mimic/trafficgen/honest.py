"""The honest population: plain people, crowds that share things innocently, and businesses."""

from __future__ import annotations

from typing import TYPE_CHECKING

from .accounts import add
from .businesses import HEAVY, heavy
from .clients import HARN
from .crowds import CROWD, group
from .draws import DAY, ch
from .networks import Net, person_net
from .people import PLAIN, plain_works
from .profiles import base_profile
from .templates import Template

if TYPE_CHECKING:
    from .world import World


def build(w: World) -> None:
    """Fill the world with honest accounts."""
    r, N = w.r, w.N
    w.tools_sys = [
        Template(r, f, 0, 1.0).fixed for f in ("ident", "agent", "codegen", "agent", "ident")
    ]
    tot = sum(PLAIN.values()) + sum(CROWD.values()) + sum(HEAVY.values())
    for cls, s in PLAIN.items():
        for _ in range(max(2, int(N * s / tot + 0.5))):
            sub = cls in ("plain_chat", "plain_student", "plain_writer") or (
                cls in ("reasoning_enthusiast", "prompt_tinkerer") and r.random() < 0.5
            )
            p = base_profile(r, w, sub=sub)
            if cls == "ide_harness_user":
                p.clients = w.clients.phases(r, w, ch(r, HARN))
                p.mode = "session"
                p.slen = 6 + 14 * r.random()
                p.rate *= 2
                p.net = person_net(r, w)
                p.conv = True
                p.path = "subscription" if r.random() < 0.5 else p.path
                p.stream = True
            if cls == "personal_cron":
                p.mode = "cron"
                p.act = 1.0
            if cls == "plain_student" and r.random() < 0.6:
                p.plan = "education"
                p.mail = ch(r, w.edu)
                p.pay = None
            if cls == "academic_relay_user":
                p.path = ch(r, ["aggregator:polyrelay", "aggregator:openroute", "api"])
                p.net = (
                    Net("relay", [w.nets.ip(r, "dc") for _ in range(3)], per="req")
                    if r.random() < 0.6
                    else p.net
                )
                p.noip = False
            add(w, r, p, cls, plain_works(r, w, cls))
    for cls, s in CROWD.items():
        left = max(8, int(N * s / tot + 0.5))
        while left > 0:
            w.wave = (
                (r.random() * w.D * DAY, 0.15 + 0.35 * r.random()) if r.random() < 0.12 else None
            )
            left -= group(w, r, cls, left)
            w.wave = None
    for cls, s in HEAVY.items():
        left = max(2, int(N * s / tot + 0.5))
        while left > 0:
            left -= heavy(w, r, cls, left)
