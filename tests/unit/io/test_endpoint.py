"""The client against a real server on this machine: each byte kept, faults waited out."""

from __future__ import annotations

import gzip
import json
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

import pytest

import proof_extra  # noqa: F401 - skips these tests without the extra
from stillwatch.io.endpoint import Endpoint, GaveUp, Pace
from stillwatch.model.errors import EndpointError

KEY = "sk-very-secret"
Answer = tuple[int, dict[str, str], bytes]
GOOD: Answer = (200, {"content-type": "application/json"}, b'{"choices": [ ] ,"\xc3\xa9":1}')


class Recorder:
    """What the server was asked, and what it answers, call by call; the last answer repeats."""

    def __init__(self, *answers: Answer) -> None:
        self.answers = list(answers)
        self.seen: list[tuple[dict[str, str], bytes]] = []

    def answer(self, headers: dict[str, str], body: bytes) -> Answer:
        """The next answer."""
        self.seen.append((headers, body))
        return self.answers[min(len(self.seen), len(self.answers)) - 1]


@contextmanager
def serving(recorder: Recorder) -> Iterator[str]:
    """A server on a free port."""

    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            body = self.rfile.read(int(self.headers["content-length"]))
            status, headers, content = recorder.answer(
                {name.lower(): value for name, value in self.headers.items()}, body
            )
            self.send_response(status)
            for name, value in headers.items():
                self.send_header(name, value)
            self.send_header("content-length", str(len(content)))
            self.end_headers()
            self.wfile.write(content)

        def log_message(self, *_: object) -> None:
            """Nothing on stderr."""

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    try:
        yield f"http://127.0.0.1:{server.server_port}/v1/chat/completions"
    finally:
        server.shutdown()
        server.server_close()
        thread.join()


def asking(url: str, waits: list[float] | None = None, **more: object) -> Endpoint:
    """A client that notes its pauses instead of sleeping."""
    noted: list[float] = [] if waits is None else waits
    still: Callable[[], float] = lambda: 0.0  # noqa: E731 -- a clock that stands
    pace = Pace(1e12, sleep=noted.append, monotonic=still)
    return Endpoint(url, KEY, pace=pace, **more)  # type: ignore[arg-type]


def test_request_and_response_are_kept_byte_for_byte() -> None:
    """Bytes, headers, status and times; the key reached the server and stands nowhere."""
    recorder = Recorder((200, {"set-cookie": "id=secret", "x-model": "m1"}, GOOD[2]))
    body = b'{"messages":[],"model":"\xc3\xa9"}'
    with serving(recorder) as url, asking(url) as endpoint:
        reply = endpoint.ask(body)
    headers, sent = recorder.seen[0]
    assert sent == body == reply.request_body
    assert headers["authorization"] == f"Bearer {KEY}"
    assert reply.response_body == GOOD[2]
    assert (reply.status, reply.tls, reply.url) == (200, None, url)
    assert ("x-model", "m1") in [(n.lower(), v) for n, v in reply.response_headers]
    assert reply.sent_at <= reply.received_at
    assert KEY not in repr(reply)
    assert "id=secret" not in repr(reply)
    assert ("authorization", "(withheld)") in reply.request_headers


def test_passing_faults_are_waited_out_longer_each_time() -> None:
    """Two busy answers, then a good one; each failure is told with its reason."""
    waits: list[float] = []
    recorder = Recorder((503, {}, b""), (429, {"retry-after": "7"}, b""), GOOD)
    with serving(recorder) as url, asking(url, waits) as endpoint:
        reply = endpoint.ask(b"{}")
    assert [one.reason for one in reply.failures] == ["status 503", "status 429"]
    assert [wait for wait in waits if wait >= 1] == [1.0, 7.0]


def test_a_wait_that_is_asked_for_has_an_end() -> None:
    """A server cannot make us sleep for a day."""
    waits: list[float] = []
    with (
        serving(Recorder((429, {"retry-after": "86400"}, b""), GOOD)) as url,
        asking(url, waits) as endpoint,
    ):
        endpoint.ask(b"{}")
    assert max(waits) == 120


def test_giving_up_tells_every_attempt() -> None:
    """The question is put off, not lost."""
    recorder = Recorder((500, {}, b""))
    with (
        serving(recorder) as url,
        asking(url, attempts=3) as endpoint,
        pytest.raises(GaveUp) as caught,
    ):
        endpoint.ask(b"{}")
    assert len(recorder.seen) == len(caught.value.failures) == 3


def test_nobody_at_home_is_a_passing_fault() -> None:
    """A refused connection is tried again."""
    with serving(Recorder(GOOD)) as url:
        pass
    with asking(url, attempts=2) as endpoint, pytest.raises(GaveUp, match="ConnectError"):
        endpoint.ask(b"{}")


@pytest.mark.parametrize(("status", "said"), [(401, "key"), (403, "allowed"), (404, "address")])
def test_hopeless_answers_stop_at_once(status: int, said: str) -> None:
    """No second attempt, and a sentence on what to mend."""
    recorder = Recorder((status, {}, b""))
    with (
        serving(recorder) as url,
        asking(url) as endpoint,
        pytest.raises(EndpointError, match=said),
    ):
        endpoint.ask(b"{}")
    assert len(recorder.seen) == 1


def test_a_refused_question_is_an_answer() -> None:
    """Status 400 tells something about the model and is kept."""
    with serving(Recorder((400, {}, b'{"error":"content"}'))) as url, asking(url) as endpoint:
        assert endpoint.ask(b"{}").status == 400


def test_the_key_goes_nowhere_else() -> None:
    """A redirect is told, not followed."""
    elsewhere = Recorder(GOOD)
    with (
        serving(elsewhere) as other,
        serving(Recorder((307, {"location": other}, b""))) as url,
        asking(url) as endpoint,
        pytest.raises(EndpointError, match="elsewhere"),
    ):
        endpoint.ask(b"{}")
    assert elsewhere.seen == []


def test_an_answer_that_repeats_the_key_is_not_kept() -> None:
    """A log that is handed to others must not carry it, whoever wrote it there."""
    for answer in ((200, {}, f"you sent {KEY}".encode()), (200, {"x-echo": KEY}, b"{}")):
        with (
            serving(Recorder(answer)) as url,
            asking(url) as endpoint,
            pytest.raises(EndpointError, match="repeats the key"),
        ):
            endpoint.ask(b"{}")


def test_a_packed_answer_cannot_grow_without_end() -> None:
    """A bomb is cut off at the limit of one answer."""
    bomb = gzip.compress(b"0" * (40 * 2**20))
    answer = (200, {"content-encoding": "gzip"}, bomb)
    with (
        serving(Recorder(answer)) as url,
        asking(url) as endpoint,
        pytest.raises(EndpointError, match="more than"),
    ):
        endpoint.ask(b"{}")


def test_requests_are_kept_apart() -> None:
    """Sixty a minute are a second apart, whoever asks."""
    waits: list[float] = []
    pace = Pace(60, sleep=waits.append, monotonic=lambda: 100.0)
    for _ in range(3):
        pace.wait()
    assert waits == [1.0, 2.0]


def test_many_threads_share_one_endpoint() -> None:
    """Each gets the answer to its own question."""

    class Echo(Recorder):
        def answer(self, headers: dict[str, str], body: bytes) -> Answer:
            return 200, {"x-asked-by": headers["user-agent"]}, body

    with serving(Echo(GOOD)) as url, asking(url) as endpoint:
        found: dict[int, bytes] = {}

        def ask(number: int) -> None:
            found[number] = endpoint.ask(json.dumps(number).encode()).response_body

        threads = [threading.Thread(target=ask, args=(n,)) for n in range(16)]
        for one in threads:
            one.start()
        for one in threads:
            one.join()
    assert found == {n: str(n).encode() for n in range(16)}
