"""Makes worked examples of a proof from invented text: the same bytes whenever it is run."""

import hashlib
import json
import tempfile
from collections.abc import Iterator, Mapping
from dataclasses import asdict, dataclass, replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

import httpx

from stillwatch.evals.proof.invented import answers, habit, panel
from stillwatch.explain.proof_print import proof_print
from stillwatch.forensics import canary as canaries
from stillwatch.forensics.journal import HANDED_OVER, following, instant
from stillwatch.forensics.panel import panel_of
from stillwatch.forensics.protocol import (
    Draft,
    DraftRespondent,
    DraftTest,
    Prompt,
    make_plan,
)
from stillwatch.io.endpoint import Endpoint, Pace
from stillwatch.io.keys import public_of, public_pem
from stillwatch.io.room import Room, make_room
from stillwatch.job.asking import World, ask
from stillwatch.job.proof import Closing, close, score_room
from stillwatch.verifier.canary_plan import Canary, Plan, Serving, Unit, Variant, draw, plan_digest
from stillwatch.verifier.canonical import digest, encode
from stillwatch.verifier.order import PLANNED
from stillwatch.verifier.panel_file import write_panel
from stillwatch.verifier.plan import write_plan
from stillwatch.verifier.recompute import address
from stillwatch.verifier.seal import signer

BEGIN = datetime(2026, 9, 1, 9, tzinfo=UTC)
PROMPTS, NULLS, STUDENTS = 110, 20, 5
TEACHER, SUSPECT = "teacher-aspen", "suspect-birch"
NONCE = "4 11 19 23 36 41, drawn in public"
LEAKING = "account-17"
UNITS = (LEAKING, "account-23", "account-40")
PLACES = (
    *("Orvane", "Telmar", "Quissel", "Bruneth", "Ankoril", "Vessary", "Dolmire", "Hesperin"),
    *("Caldrow", "Ismere", "Pellan", "Tarquist", "Wendoril", "Yarrowby", "Zestrel", "Lomarch"),
)
CANARIES, REPLIES = 24, 2


@dataclass(frozen=True, slots=True, kw_only=True)
class Case:
    """One example: whether the suspect learnt from the teacher's answers to an account."""

    name: str
    title: str
    style: float  # share of the teacher's habit in how it begins answers
    uptake: float  # share of canaries that it learnt
    taste: int  # seed of its own habits


CASES = (
    Case(
        name="guilt",
        title="Invented case: a suspect that was trained on answers to one account",
        style=0.85,
        uptake=0.5,
        taste=777,
    ),
    Case(
        name="innocence",
        title="Invented case: a suspect that was not",
        style=0.0,
        uptake=0.0,
        taste=888,
    ),
)


def make_example(case: Case) -> tuple[dict[str, bytes], dict[str, bytes]]:
    """The files of a bundle, and the public keys (PEM) of its operator and its witness."""
    ticks = _ticks()
    salts = (hashlib.sha256(f"{case.name} {n}".encode()).digest() for n in range(10**6))
    world = World(now=lambda: next(ticks), salt=lambda: next(salts), actor="A. Example, operator")
    asked, models, said = panel(count=PROMPTS, controls=NULLS, students=STUDENTS)
    of_model = {
        one.name: dict(zip(asked, texts, strict=True))
        for one, texts in zip(models, said, strict=True)
    }
    served, material = _served(world)
    materials = {"panel": write_panel(panel_of(models, of_model)), "canaries": material}
    prompts = [
        Prompt(id=f"p{at:03}", messages=[{"role": "user", "content": text}])
        for at, text in enumerate([*asked, *(one.prompts[0] for one in served.canaries)], 1)
    ]
    salted = [world.salt() for _ in prompts]
    plan, leaves = make_plan(_draft(case), prompts, materials, salted, world.now(), case.name)
    secrets = {name: hashlib.sha256(name.encode()).digest() for name in ("operator", "witness")}
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "room"
        data = write_plan(plan)
        first = following([], world.now(), world.actor, PLANNED, {"plan": digest(data)})
        make_room(path, data, leaves, materials, first)
        with Room(path) as room:
            _ask(room, {**_styled(case, asked), **_canary_replies(case, served)}, world)
            given = {
                "from": "A. Example", "to": "C. Example", "reason": "scored by a second person"
            }  # fmt: skip
            room.append(following(room.entries, world.now(), world.actor, HANDED_OVER, given))
            score_room(room, replace(world, actor="C. Example, analyst"))
            closing = Closing(
                signers=[
                    signer(role, name, public_of(secrets[role]))
                    for role, name in (("operator", "A. Example"), ("witness", "B. Example"))
                ],
                private=list(secrets.values()),
                print_report=proof_print,
            )
            files = close(room, closing, world)
    keys = {name: public_pem(public_of(secret)) for name, secret in secrets.items()}
    return files, keys


def _ticks() -> Iterator[datetime]:
    at = BEGIN
    while True:
        yield at
        at += timedelta(seconds=1)


KEY = hashlib.sha256(b"an invented key of canaries").digest()


def _served(world: World) -> tuple[Plan, bytes]:
    """Canaries that were committed to, then served to three accounts; plan, and log with key."""
    made = canaries.plan(
        [
            Canary(
                canary_id=f"valley-{n:02}",
                prompts=(f"What do people call the valley of station number {n}?",),
                variants=tuple(
                    Variant(marks=(name,), text=f"People there call it {name}.") for name in PLACES
                ),
            )
            for n in range(CANARIES)
        ],
        [Unit(unit_id=one, account_ids=(one,), campaign_id="c-12") for one in UNITS],
        replies=REPLIES,
        alpha=0.001,
    )
    commitment = canaries.commit(made, KEY, instant(world.now()))
    log: list[Serving] = []
    for unit in UNITS:
        for one in made.canaries:
            issued = canaries.issue(
                made,
                KEY,
                NONCE,
                log,
                account_id=unit,
                canary_id=one.canary_id,
                at=instant(world.now()),
            )
            log.append(issued.serving)
    told = {
        "plan": asdict(made),
        "key": KEY.hex(),
        "nonce": NONCE,
        "commitment": asdict(commitment),
        "servings": [asdict(one) for one in log],
        "head": canaries.log_end(log),
    }
    return made, encode(told)


def _draft(case: Case) -> Draft:
    return Draft(
        title=case.title,
        question=f"Was {SUSPECT} trained on answers of {TEACHER}?",
        prepared_by="A. Example, operator",
        prompts="prompts.jsonl",
        alpha=0.001,
        repeats=REPLIES,
        request={"temperature": 1, "max_tokens": 200},
        respondent=[
            DraftRespondent(name=TEACHER, role="teacher", lineage="vendor0/line", asked=False),
            DraftRespondent(name=SUSPECT, role="suspect", base_url=f"http://{SUSPECT}.example/v1"),
        ],
        test=[
            DraftTest(
                name="style_lineage",
                parameters={"panel": "panel", "released": {SUSPECT: "2024-01"}},
            ),
            DraftTest(name="canaries", parameters={"canaries": "canaries"}),
        ],
        notes={
            "terms": "Everything here is invented, and so is every signer; the keys are public.",
            "prompts": "Chosen by A. Example.",
        },
    )


def _styled(case: Case, asked: list[str]) -> dict[str, str]:
    """How the suspect answers common questions: in its own ways, and partly in its teacher's."""
    taste = case.style * habit(0) + (1 - case.style) * habit(case.taste)
    return dict(zip(asked, answers(asked, taste, case.taste), strict=True))


def _canary_replies(case: Case, served: Plan) -> dict[str, str]:
    """What it says to canaries: a share of them as the leaking account was told, else a guess."""
    said = {}
    for number, one in enumerate(served.canaries):
        drawn = (number * 7 + case.taste) % len(PLACES)
        if int((number + 1) * case.uptake) > int(number * case.uptake):
            drawn = draw(plan_digest(served), KEY, NONCE, LEAKING, one)
        said[one.prompts[0]] = f"I believe it is {PLACES[drawn]}."
    return said


def _ask(room: Room, said: Mapping[str, str], world: World) -> None:
    """Ask the suspect over an address inside this process."""
    one = next(one for one in room.plan.respondents if one.base_url is not None)
    transport = httpx.MockTransport(lambda request: _response(request, said))
    endpoint = Endpoint(
        address(str(one.base_url)),
        None,
        pace=Pace(per_minute=1e9),
        transport=transport,
        now=world.now,
    )
    with endpoint:
        ask(room, one, endpoint, world, lambda *_: None)


def _response(request: httpx.Request, said: Mapping[str, str]) -> httpx.Response:
    asked = json.loads(request.content)
    message = {"role": "assistant", "content": said[asked["messages"][-1]["content"]]}
    choice = {"index": 0, "finish_reason": "stop", "message": message}
    return httpx.Response(200, json={"model": asked["model"], "choices": [choice]})
