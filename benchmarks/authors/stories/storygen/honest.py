"""Honest stories together. Each gets the world and how many accounts it may create.

SHARES gives the part of all accounts; most of a world are ordinary people and little programs.
"""

from .companies import agency, bigorg, explain, firm, gateways, nat, resellers
from .labs import audit, openlab, red, relayed_academics, testers
from .people import (
    blog,
    campus,
    casual,
    crowd,
    developers,
    friends,
    hackathon,
    mleng,
    office,
    students,
    tools,
    writers,
)
from .programs import (
    backfill,
    catalogue,
    chatapps,
    ci,
    drift,
    failover,
    fleets,
    judges,
    labelling,
    localise,
    migrate,
    nightly,
    probs,
    release_day,
    saas,
    small_apps,
    synth,
    tutoring,
    whitelabel,
)
from .world import World

SHARES = [
    (casual, 0.165),
    (students, 0.065),
    (office, 0.085),
    (developers, 0.075),
    (writers, 0.025),
    (tools, 0.065),
    (blog, 0.035),
    (small_apps, 0.10),
    (saas, 0.012),
    (fleets, 0.008),
    (labelling, 0.008),
    (judges, 0.012),
    (nightly, 0.012),
    (release_day, 0.010),
    (synth, 0.006),
    (campus, 0.035),
    (nat, 0.03),
    (agency, 0.015),
    (gateways, 0.005),
    (ci, 0.010),
    (failover, 0.010),
    (red, 0.007),
    (localise, 0.012),
    (audit, 0.008),
    (tutoring, 0.008),
    (resellers, 0.006),
    (firm, 0.03),
    (hackathon, 0.022),
    (bigorg, 0.03),
    (explain, 0.004),
    (drift, 0.004),
    (backfill, 0.004),
    (relayed_academics, 0.006),
    (crowd, 0.014),
    (friends, 0.02),
    (openlab, 0.004),
    (whitelabel, 0.004),
    (chatapps, 0.008),
    (probs, 0.005),
    (testers, 0.008),
    (catalogue, 0.006),
    (migrate, 0.004),
    (mleng, 0.02),
]


def everybody(w: World, n: int) -> None:
    tot = sum(s for _, s in SHARES)
    left = n
    for f, s in SHARES[1:]:
        before = len(w.accounts)
        f(w, max(1, int(n * s / tot + w.r.random())))
        left -= len(w.accounts) - before
    casual(w, max(1, left))
