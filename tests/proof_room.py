"""A small proof that tests can make, break and check: invented models, a fake world, real keys."""

from __future__ import annotations

import hashlib
import itertools
import json
import shutil
import subprocess
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

from proof_extra import httpx
from stillwatch.explain.proof_print import proof_print
from stillwatch.forensics.journal import HANDED_OVER, following
from stillwatch.forensics.protocol import Draft, DraftRespondent, DraftTest, Prompt, make_plan
from stillwatch.io.endpoint import Endpoint, Pace
from stillwatch.io.keys import public_of
from stillwatch.io.room import Room, make_room
from stillwatch.job.asking import World, ask, receive
from stillwatch.job.proof import Closing, close, score_room
from stillwatch.verifier.canonical import digest, encode
from stillwatch.verifier.found import Trust
from stillwatch.verifier.order import PLANNED
from stillwatch.verifier.plan import write_plan
from stillwatch.verifier.recompute import address
from stillwatch.verifier.seal import signer
from stillwatch.verifier.times import PLAN_STAMP

OPERATOR, WITNESS = bytes(range(32)), bytes(range(1, 33))
TRUST = Trust(operator=public_of(OPERATOR), witness=public_of(WITNESS))
MODELS = ("suspect", "first", "second", "third")
LONG = "and here are quite a few more words so that nobody says the same by chance at all"
Say = Callable[[str, int], str]


def voice(name: str, number: int) -> str:
    """What an invented model says to the prompt of this number; the suspect copies every second."""
    who = "teacher" if name == "suspect" and number % 2 else name
    return f"{who} speaks about thing number {number} {LONG}"


def draft(count: int = 8, **changes: Any) -> Draft:
    """A plan of one teacher whose answers come as a file, a suspect and three references."""
    given: dict[str, Any] = {
        "title": "A case",
        "question": "Was the suspect trained on the teacher?",
        "prepared_by": "A. Tester",
        "prompts": "prompts.jsonl",
        "request": {"temperature": 0},
        "respondent": [
            DraftRespondent(name="teacher", role="teacher"),
            *(
                DraftRespondent(
                    name=name,
                    role="suspect" if name == "suspect" else "reference",
                    base_url=f"http://{name}.example/v1",
                )
                for name in MODELS
            ),
        ],
        "test": [DraftTest(name="exact_copies", parameters={"least_prompts": count - 2})],
    }
    return Draft(**(given | changes))


def prompts(count: int = 8) -> list[Prompt]:
    """Questions that all differ."""
    return [
        Prompt(id=f"p{n}", messages=[{"role": "user", "content": f"Question number {n}?"}])
        for n in range(count)
    ]


def fake_world(start: datetime = datetime(2026, 3, 1, tzinfo=UTC)) -> World:
    """A clock that gains a second at every look, and dice that always fall the same."""
    ticks = itertools.count()
    salts = itertools.count()
    return World(
        now=lambda: start + timedelta(seconds=next(ticks)),
        salt=lambda: hashlib.sha256(str(next(salts)).encode()).digest(),
        actor="A. Tester",
    )


def answering(say: Callable[[int], str], **more: Any) -> httpx.MockTransport:
    """A model inside this process."""

    def respond(request: httpx.Request) -> httpx.Response:
        asked = json.loads(request.content)["messages"][-1]["content"]
        number = int(asked.removeprefix("Question number ").rstrip("?"))
        message = {"role": "assistant", "content": say(number)}
        choice = {"index": 0, "message": message, "finish_reason": "stop"}
        return httpx.Response(200, json={"choices": [choice]}, **more)

    return httpx.MockTransport(respond)


def make(
    path: Path,
    world: World,
    plan: Draft | None = None,
    *,
    materials: Mapping[str, bytes] | None = None,
) -> Room:
    """A room with a plan and nothing else; open it before writing."""
    given = plan or draft()
    asked = prompts()
    fixed, leaves = make_plan(
        given, asked, materials or {}, [world.salt() for _ in asked], world.now(), "plan.toml"
    )
    data = write_plan(fixed)
    first = following([], world.now(), world.actor, PLANNED, {"plan": digest(data)})
    make_room(path, data, leaves, materials or {}, first)
    return Room(path)


def fill(room: Room, world: World, say: Say = voice) -> None:
    """Ask every model with an address, and hand in the answers of those without."""
    for one in room.plan.respondents:
        if one.base_url is None:
            values = [
                {"prompt": f"p{n}", "answer": say(one.name, n)}
                for n in range(room.plan.prompt_count)
            ]
            lines = [(encode(value), value) for value in values]
            content = b"\n".join(line for line, _ in lines)
            receive(room, one, f"{one.name}.jsonl", content, lines, "our own log", world)
            continue
        transport = answering(lambda n, name=one.name: say(name, n))
        endpoint = Endpoint(
            address(one.base_url), None, pace=Pace(1e9), transport=transport, now=world.now
        )
        with endpoint:
            ask(room, one, endpoint, world, lambda *_: None)


def closing(**changes: Any) -> Closing:
    """Operator and witness, both with their keys at hand."""
    given: dict[str, Any] = {
        "signers": [
            signer("operator", "A. Tester", public_of(OPERATOR)),
            signer("witness", "B. Tester", public_of(WITNESS)),
        ],
        "private": [OPERATOR, WITNESS],
        "print_report": proof_print,
    }
    return Closing(**(given | changes))


def make_bundle(
    path: Path,
    *,
    say: Say = voice,
    plan: Draft | None = None,
    materials: Mapping[str, bytes] | None = None,
    stamp: Callable[[bytes], bytes] | None = None,
    start: datetime | None = None,
) -> dict[str, bytes]:
    """A whole bundle."""
    world = fake_world() if start is None else fake_world(start)
    with make(path, world, plan, materials=materials) as room:
        if stamp is not None:
            room.keep(PLAN_STAMP, stamp(room.plan_bytes))
        fill(room, world, say)
        given = {"from": "A. Tester", "to": "B. Tester", "reason": "second reader"}
        room.append(following(room.entries, world.now(), world.actor, HANDED_OVER, given))
        score_room(room, world)
        return close(room, closing(stamp=stamp), world)


@dataclass(frozen=True)
class Authority:
    """A time authority made with openssl, in a folder of its own."""

    folder: Path

    @property
    def certificates(self) -> bytes:
        """What a reader has to trust."""
        return (self.folder / "root.pem").read_bytes()

    def answer(self, query: bytes) -> bytes:
        """The response to a timestamp query."""
        (self.folder / "query.tsq").write_bytes(query)
        words = "ts -reply -config tsa.cnf -queryfile query.tsq -out answer.tsr"
        self._openssl(*words.split())
        return (self.folder / "answer.tsr").read_bytes()

    def stamp(self, message: bytes) -> bytes:
        """A token over a message."""
        import rfc3161_client as tsp

        asked = tsp.TimestampRequestBuilder().data(message)
        request = asked.hash_algorithm(tsp.HashAlgorithm.SHA256).build()
        return self.answer(request.as_bytes())

    def _openssl(self, *words: str) -> None:
        subprocess.run(["openssl", *words], cwd=self.folder, check=True, capture_output=True)


CONFIG = """
[req]
distinguished_name = dn
prompt = no
[dn]
CN = Invented time authority
[root]
basicConstraints = critical,CA:true
keyUsage = critical,keyCertSign
[leaf]
basicConstraints = critical,CA:false
keyUsage = critical,digitalSignature
extendedKeyUsage = critical,timeStamping
[tsa]
default_tsa = here
[here]
dir = .
serial = ./serial
signer_cert = ./tsa.pem
signer_key = ./tsa.key
signer_digest = sha256
default_policy = 1.2.3.4
digests = sha256
accuracy = secs:1
ess_cert_id_alg = sha256
"""


def make_authority(folder: Path) -> Authority | None:
    """A root, and an authority that it vouches for; None where there is no openssl."""
    if shutil.which("openssl") is None:
        return None
    folder.mkdir(parents=True, exist_ok=True)
    (folder / "tsa.cnf").write_text(CONFIG, "utf-8")
    (folder / "serial").write_text("01\n", "utf-8")
    made = Authority(folder)
    for words in (
        (
            "req -x509 -newkey rsa:2048 -nodes -keyout root.key -out root.pem -days 3650 "
            "-config tsa.cnf -extensions root -subj /CN=Invented-root"
        ),
        "req -new -newkey rsa:2048 -nodes -keyout tsa.key -out tsa.csr -config tsa.cnf",
        (
            "x509 -req -in tsa.csr -CA root.pem -CAkey root.key -CAcreateserial -out tsa.pem "
            "-days 3650 -extfile tsa.cnf -extensions leaf"
        ),
    ):
        made._openssl(*words.split())
    return made
