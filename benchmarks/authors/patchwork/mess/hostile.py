"""Campaigns: what is harvested (content kinds), how accounts are had (access kinds), and how carefully.

Content kinds M01-M33 build an attack Work per account; access kinds M34-M41, M43, M44 wrap a content kind drawn at random.
Care decides identities, networks, clients, rhythm, wording and cover; see `Campaign.account` and `Campaign.schedule`.
"""

from . import conduct
from .campaign import ACCESS, Campaign
from .world import World

CONTENT = [f"M{i:02d}" for i in range(1, 34)]


def build(w: World, care: str, n_honest: int) -> list[Campaign]:
    """8-12 campaigns of different kinds; two thirds content kinds, one third access kinds."""
    R = w.R
    k = R.randint(8, 12)
    kinds = R.sample(CONTENT, k - k // 3) + R.sample(ACCESS, k // 3)
    top = min(300, max(60, n_honest // 9))
    out = []
    for kind in sorted(kinds):
        size = int(18 * (top / 18) ** R.random())
        c = Campaign(w, w.hex(8, "c_"), kind, care, size)
        conduct.run(c)
        out.append(c)
    return out
