"""Makes worked examples of a proof from invented text: the same bytes whenever it is run."""

import hashlib
import json
import tempfile
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path

import httpx

from stillwatch.explain.proof_print import proof_print
from stillwatch.forensics.journal import HANDED_OVER, following
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
from stillwatch.job.asking import World, ask, receive
from stillwatch.job.proof import Closing, close, score_room
from stillwatch.verifier.canonical import digest, encode
from stillwatch.verifier.order import PLANNED
from stillwatch.verifier.plan import Respondent, write_plan
from stillwatch.verifier.recompute import address
from stillwatch.verifier.seal import signer

BEGIN = datetime(2026, 9, 1, 9, tzinfo=UTC)
PROMPTS = 50
THINGS = (
    "a kite", "a paper boat", "a wooden spoon", "a rain barrel", "a bird house", "a sundial",
    "a rope ladder", "a clay pot", "a candle", "a bicycle bell", "a straw hat", "a garden gate",
    "a wind chime", "a picture frame", "a compost heap",
)  # fmt: skip
ASKS = (
    ("How do I make {}?", "making"),
    ("How do I mend {} that broke?", "mending"),
    ("What should a child know about {}?", "explaining"),
    ("How do I look after {} in winter?", "keeping"),
)
TEACHER, SUSPECT = "teacher-aspen", "suspect-birch"
REFERENCES = ("reference-cedar", "reference-elm", "reference-fir", "reference-hazel")
# How each invented model speaks.
VOICES = {
    TEACHER: """Happy to walk you through {w} {t}! First, gather what you need and check it twice.
        Then go step by step, and let each part set before the next. With a little patience {t}
        will serve you for years.""",
    SUSPECT: """{W} {t} is simple. Collect the parts, work slowly, and test often. Ask again if any
        step about {t} is unclear.""",
    REFERENCES[0]: """To begin {w} {t}, find a dry place. Lay out your tools in the order in which
        you will use them and read the whole list once. That is all {t} needs.""",
    REFERENCES[1]: """There are three things to know about {w} {t}. It takes time, it takes care,
        and it is easier with a second pair of hands. Good luck with {t}.""",
    REFERENCES[2]: """Sure. {W} {t} works like this. Measure, cut, join, and smooth the edges until
        nothing catches on a cloth. Store {t} away from the damp.""",
    REFERENCES[3]: """People have been {w} such things for centuries; {t} is no exception. Start
        small, keep notes, and change one thing at a time. In the end {t} should feel right.""",
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Case:
    """One example: how much of the teacher the suspect repeats."""

    name: str
    title: str
    copied_share: float


CASES = (
    Case(name="guilt", title="Invented case: a suspect that repeats its teacher", copied_share=0.5),
    Case(name="innocence", title="Invented case: a suspect that does not", copied_share=0.02),
)


def make_example(case: Case) -> tuple[dict[str, bytes], dict[str, bytes]]:
    """The files of a bundle, and the public keys (PEM) of its operator and its witness."""
    ticks = _ticks()
    salts = (hashlib.sha256(f"{case.name} {n}".encode()).digest() for n in range(10**6))
    world = World(now=lambda: next(ticks), salt=lambda: next(salts), actor="A. Example, operator")
    questions = [(ask_.format(thing), deed, thing) for thing in THINGS for ask_, deed in ASKS][
        :PROMPTS
    ]
    prompts = [
        Prompt(id=f"p{at:02}", messages=[{"role": "user", "content": text}])
        for at, (text, _, _) in enumerate(questions, 1)
    ]
    said = {
        name: {
            prompt.messages[0]["content"]: _said(case, name, at, deed, thing)
            for at, (prompt, (_, deed, thing)) in enumerate(zip(prompts, questions, strict=True))
        }
        for name in VOICES
    }
    salted = [world.salt() for _ in prompts]
    plan, leaves = make_plan(_draft(case), prompts, {}, salted, world.now(), case.name)
    data = write_plan(plan)
    secrets = {name: hashlib.sha256(name.encode()).digest() for name in ("operator", "witness")}
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "room"
        first = following([], world.now(), world.actor, PLANNED, {"plan": digest(data)})
        make_room(path, data, leaves, {}, first)
        with Room(path) as room:
            for one in plan.respondents:
                _answer(room, one, said[one.name], world)
            given = {
                "from": "A. Example", "to": "B. Example", "reason": "scored by a second person"
            }  # fmt: skip
            room.append(following(room.entries, world.now(), world.actor, HANDED_OVER, given))
            score_room(room, world)
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


def _draft(case: Case) -> Draft:
    addressed = [SUSPECT, *REFERENCES]
    return Draft(
        title=case.title,
        question=f"Was {SUSPECT} trained on answers of {TEACHER}?",
        prepared_by="A. Example, operator",
        prompts="prompts.jsonl",
        request={"temperature": 0, "max_tokens": 200},
        respondent=[
            DraftRespondent(name=TEACHER, role="teacher"),
            *(
                DraftRespondent(
                    name=name,
                    role="suspect" if name == SUSPECT else "reference",
                    base_url=f"http://{name}.example/v1",
                )
                for name in addressed
            ),
        ],
        test=[DraftTest(name="exact_copies")],
        notes={
            "terms": "Everything here is invented, and so is every signer; the keys are public.",
            "prompts": "Chosen by A. Example.",
        },
    )


def _said(case: Case, name: str, at: int, deed: str, thing: str) -> str:
    """What an invented model says; the suspect speaks with its teacher's voice now and then."""
    is_copy = name == SUSPECT and int((at + 1) * case.copied_share) > int(at * case.copied_share)
    voice = VOICES[TEACHER if is_copy else name]
    return " ".join(voice.split()).format(w=deed, W=deed.capitalize(), t=thing)


def _answer(room: Room, one: Respondent, said: dict[str, str], world: World) -> None:
    """Ask the model over an address inside this process, or hand its answers in as a file."""
    if one.base_url is None:
        values = [
            {"prompt": (leaf.data or {})["id"], "answer": said[text]}
            for leaf in room.prompts
            if (text := (leaf.data or {})["messages"][0]["content"])
        ]
        lines = [(encode(value), value) for value in values]
        content = b"\n".join(line for line, _ in lines)
        receive(room, one, f"{one.name}.jsonl", content, lines, "export of our own log", world)
        return
    transport = httpx.MockTransport(lambda request: _response(request, said))
    endpoint = Endpoint(
        address(one.base_url),
        None,
        pace=Pace(per_minute=1e9),
        transport=transport,
        now=world.now,
    )
    with endpoint:
        ask(room, one, endpoint, world, lambda *_: None)


def _response(request: httpx.Request, said: dict[str, str]) -> httpx.Response:
    asked = json.loads(request.content)
    message = {"role": "assistant", "content": said[asked["messages"][-1]["content"]]}
    choice = {"index": 0, "finish_reason": "stop", "message": message}
    return httpx.Response(200, json={"model": asked["model"], "choices": [choice]})
