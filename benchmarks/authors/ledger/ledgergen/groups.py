"""Honest accounts that belong together because people know one another or use the same thing."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from ledgergen.honest import CLASSES, house_voice, one_firm, one_person, one_programme
from ledgergen.jobs import Ask, make
from ledgergen.nets import Egress, server_egress
from ledgergen.people import LIKED, Asker, Persona, either, job_asker, live, mixed, run, subject
from ledgergen.rhythm import DAY, job_run
from ledgergen.texts import question
from ledgergen.words import TONGUES
from ledgergen.world import Account, World

ACADEMIC = (".edu", ".ac.uk", ".edu.cn", ".org", ".ac.jp")


class Group:
    """One group: what its members share, and how they live."""

    def __init__(self, world: World, look: str) -> None:
        self.world, self.look, self.kind = world, look, CLASSES["groups"][look]
        kind, rng = self.kind, world.rng
        self.rng = rng
        self.zone = rng.choice(kind["zones"]) if "zones" in kind else None
        self.jobs = tuple(rng.choice(kind["jobs"]))
        self.voices = [house_voice(world) for _ in range(rng.randint(1, kind.get("voices", 1)))]
        self.domain = rng.choice(kind.get("domains", LIKED))
        self.cards = [world.token("pm_", 16) for _ in range(kind.get("cards", 1))]
        self.devices = [world.token("", 16) for _ in range(kind.get("devices", 1))]
        self.mail = world.domain()
        if kind.get("mail") == "edu":
            self.mail = self.mail.split(".")[0] + ".edu"
        self.org, self.host = world.token("org_", 12), server_egress(world.nets, rng)
        self.stack, self.tool = world.clients.draw(rng, "lib"), world.domain().split(".")[0]
        self.nat = [world.nets.fresh(rng, kind["nat"])] if "nat" in kind else []
        for _ in range(rng.randint(0, kind.get("nats", 1) - 1)):
            self.nat.append(world.nets.near(rng, self.nat[0]))
        low, high = kind.get("opened", (0, 0))
        self.opened = min(rng.uniform(low, high), world.days - 1) * DAY
        self.due = rng.uniform(1, world.days) * DAY
        self.exits = rng.sample(world.nets.exits, kind.get("exits", 0))
        count = kind.get("items", 0)
        self.items = [subject(world, rng, self.jobs[0], self.domain) for _ in range(count)]

    def chance(self, name: str, default: float = 0.0) -> bool:
        return self.rng.random() < float(self.kind.get(name, default))

    def join(self) -> tuple[Account, Asker]:
        """Return a new member and what it asks."""
        world, rng, kind = self.world, self.rng, self.kind
        firm = self.chance("firm")
        acct = world.account(self.look, firm=firm, zone=self.zone)
        acct.plan = rng.choice(kind.get("plans", [acct.plan]))
        if "plans" in kind or "client" in kind:
            world.dress(acct, kind.get("client", "lib" if acct.plan == "api" else "web"))
        if "opened" in kind and rng.random() < kind.get("opened_p", 1.0):
            acct.created = min(self.opened + rng.wait(kind["width"]), (world.days - 0.5) * DAY)
        acct.declared = rng.choice(kind.get("declared", [acct.declared])) or None
        acct.verification = kind.get("verification", acct.verification)
        acct.authorized = kind.get("authorized", False)
        if self.chance("mail_p"):
            academic = kind["mail"] == "academic"
            stem = world.domain().split(".")[0]
            acct.email = stem + rng.choice(ACADEMIC) if academic else self.mail
        card = kind.get("card_p", 0.0)
        if rng.random() < abs(card):
            acct.card = rng.choice(self.cards) if card > 0 else None
        if self.chance("device_p"):
            acct.device = rng.choice(self.devices)
        acct.org = self.org if self.chance("org_p") else acct.org
        self.connect(acct)
        return acct, self.asker(acct)

    def connect(self, acct: Account) -> None:
        """Give a member its addresses, client and parameters."""
        rng, kind = self.rng, self.kind
        if self.nat and self.chance("nat_p"):
            own = [] if kind["nat"] == "home" or rng.random() < 0.4 else acct.egress.fixed
            acct.egress = Egress(self.world.nets, rng, [*self.nat, *self.nat, *own])
            acct.egress.roam = kind.get("roam", 0.08)
            acct.signup_ip = rng.choice((self.nat[0], self.nat[-1], acct.signup_ip))
        if self.chance("host_p"):
            acct.egress = self.host
        acct.egress.exit = self.exits or acct.egress.exit
        if self.chance("stack_p"):
            acct.stacks = [self.stack]
        if "stacks" in kind:
            acct.stacks = [self.world.clients.draw(rng, "lib") for _ in range(kind["stacks"])]
        if "params" in kind:
            acct.temperature, acct.max_tokens = rng.choice(kind["params"])

    def asker(self, acct: Account) -> Asker:
        world, rng, kind = self.world, self.rng, self.kind
        tenants = kind.get("tenants", 1)
        tongues = ("en", "en", *TONGUES)
        talk = [Persona(world, rng, rng.choice(tongues) if tenants > 1 else acct.tongue).ask]
        for _ in range(rng.randint(0, tenants - 1)):
            talk.append(Persona(world, rng, rng.choice(tongues)).ask)
        if not self.jobs:
            return talk[0]
        version = rng.randint(0, len(self.voices) - 1)
        shared = rng.random() < kind.get("voice_p", 1.0)
        voice = self.voices[version] if shared else house_voice(world)
        if kind.get("tool"):
            patch = rng.choice((0, 0, 1, 4))
            acct.stacks = [(f"{self.tool}/0.{7 + version}.{patch}", self.stack[1])]
        domain = self.domain if "domains" in kind or rng.random() < 0.3 else rng.choice(LIKED)
        work = job_asker(world, acct, voice, self.jobs, domain)
        if self.items and self.jobs[0] != "agent_step":
            work = mixed(rng, self.listed(), work, kind["item_p"])
        if tenants > 1:
            more = [job_asker(world, acct, house_voice(world), (j,), domain) for j in self.jobs]
            work = either(rng, more)
        share = kind["work"] if not kind.get("tool") else rng.choice((1.0, 0.9, 0.6))
        return mixed(rng, work, either(rng, talk), share)

    def listed(self) -> Asker:
        """Return an asker for subjects from the group's list; raters take each item once."""
        rng, world = self.rng, self.world

        def ask(chat: dict[str, Any], turn: int) -> Ask:
            if turn and rng.random() < 0.4:
                return Persona(world, rng).ask({}, turn)
            once = self.kind.get("once", False)
            if once and not self.items:
                self.items.append(question(rng, self.domain))
            item = self.items.pop() if once else chat.setdefault("item", rng.choice(self.items))
            if not once and rng.random() < 0.3:
                return Ask(item, "talk", length=350)
            return make(self.jobs[0], self.voices[0], rng, world.texts, self.domain, item)

        return ask

    def live(self, size: int) -> None:
        """Make all members and let them live through the window."""
        kind, rng, world = self.kind, self.rng, self.world
        team = [self.join() for _ in range(size)]
        if kind["shapes"][0] == "rota":
            return self.rota(team)
        if kind["shapes"][0] == "blocks":
            return self.failover(team)
        for acct, asker in team:
            start = self.opened if kind.get("posted") and rng.random() < 0.6 else 0.0
            stop = acct.created + kind["life"] * DAY if "life" in kind else world.days * DAY
            rate = kind["rate"] * rng.lognormal(0, 0.8)
            pause, excite = kind.get("pause", 75), kind.get("excite", 0.62)
            shape = rng.choice(kind["shapes"])
            span = {"start": max(0.0, start), "stop": stop}
            live(world, acct, asker, rate, shape, excite=excite, pause=pause, **span)
            if kind.get("due"):
                eve = sorted(self.due - rng.wait(20000) for _ in range(rng.randint(0, 3)))
                run(world, acct, asker, [[t, t + 90, t + 260] for t in eve if t > 0])
        return None

    def rota(self, team: list[tuple[Account, Asker]]) -> None:
        """Let one pipeline of an agency visit every client's account in turn, day by day."""
        rng, world = self.rng, self.world
        hour = rng.uniform(0, 20) * 3600
        for day in range(int(world.days)):
            t = day * DAY + hour + rng.uniform(0, 600)
            for acct, asker in team:
                for moment in job_run(rng, t, rng.randint(2, 14), 9):
                    world.send(acct, moment, asker({}, 0), {})
                t += rng.uniform(60, 500)

    def failover(self, team: list[tuple[Account, Asker]]) -> None:
        """Serve one product over two access paths; conversations move with their blocks."""
        rng, world = self.rng, self.world
        pool: list[str] = []
        for acct, _ in team:
            acct.model, acct.adopt = "opal-3-reason", float("inf")
        if rng.random() < 0.5:
            team[-1][0].path, team[-1][0].plan = "cloud:aws", "cloud"
        number = int(70 * rng.lognormal(0, 0.7))
        for t in sorted(rng.uniform(0, world.days * DAY) for _ in range(number)):
            chat: dict[str, Any] = {}
            acct = team[0 if rng.random() < 0.7 else -1][0]
            for turn in range(rng.choice((1, 2, 4))):
                ask = team[0][1](chat, turn)
                ask.presented = pool[-2:] if pool and rng.random() < 0.15 else None
                pool += world.send(acct, t + turn * 40, ask, chat)


def populate(world: World, number: int) -> None:
    """Make about `number` honest accounts, every class at least once."""
    single: dict[str, Callable[[World, str], None]] = {
        "people": one_person,
        "firms": one_firm,
        "programmes": one_programme,
    }
    total = sum(c["share"] for part in CLASSES.values() for c in part.values())
    for part, classes in CLASSES.items():
        for look, kind in classes.items():
            target = max(1, round(number * kind["share"] / total))
            while target > 0 and part in single:
                single[part](world, look)
                target -= 1
            while target > 0:
                low, high = kind["size"]
                size = max(min(low, 6), min(world.rng.randint(low, high), target))
                Group(world, look).live(size)
                target -= size
