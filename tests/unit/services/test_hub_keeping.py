"""What is written stays whole: turns, migrations, backups, secrets and the audit log."""

from __future__ import annotations

import base64
import gzip
import socket
import threading
from pathlib import Path

import pytest
import sqlalchemy as sa
from alembic.autogenerate import compare_metadata
from alembic.runtime.migration import MigrationContext
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from hub_room import Room, indicator, opened
from stillwatch.model.errors import HubError
from stillwatch.services.hub import desk, keeping
from stillwatch.services.hub.backup import read_backup, write_backup
from stillwatch.services.hub.credentials import TOKEN, holder, make_key, revoke_key, secret_hash
from stillwatch.services.hub.database import check_revision, migrate, open_database, writing
from stillwatch.services.hub.people import need_member, remove_member
from stillwatch.services.hub.tables import audit, credentials, metadata, objects
from stillwatch.services.hub.turn import turn


def test_the_migrations_make_the_tables_that_we_use(room: Room) -> None:
    """Nothing is left to change between the two."""
    with room.hub.engine.connect() as connection:
        assert compare_metadata(MigrationContext.configure(connection), metadata) == []


def test_a_migration_goes_on_beside_writers(url: str, tmp_path: Path) -> None:
    """Nobody's request fails while an index is made, and an older form is told apart."""
    with opened(url) as room:
        with writing(room.hub.engine) as connection:
            connection.exec_driver_sql("DROP INDEX objects_by_type")
            connection.exec_driver_sql("UPDATE alembic_version SET version_num = '0001'")
        with pytest.raises(HubError, match="0001"):
            check_revision(room.hub.engine)
        assert room.client.get("/ready").status_code == 503
        stop, failed = threading.Event(), []

        def write() -> None:
            number = 0
            while not stop.is_set():
                number += 1
                told = room.post(indicator(number))
                if told.status_code != 202 or told.json()["failure_count"]:
                    failed.append(told.text)

        writer = threading.Thread(target=write)
        writer.start()
        try:
            assert migrate(room.hub.engine) == "0002"
        finally:
            stop.set()
            writer.join()
        assert failed == []
        assert room.client.get("/ready").json() == {"status": "ready"}


@settings(max_examples=6, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(sizes=st.lists(st.lists(st.integers(1, 5), min_size=1, max_size=4), min_size=2, max_size=4),
       limit=st.integers(1, 7))  # fmt: skip
def test_every_reader_sees_every_object_once_while_others_write(
    room: Room, sizes: list[list[int]], limit: int
) -> None:
    """Whoever pages through, by `next` or by time, while members write at the same time."""
    begun = room.get(room.url()).headers.get("x-taxii-date-added-last")
    done, failures = threading.Event(), []
    known = len(room.get(room.url(), params={"match[version]": "all"}).json().get("objects", []))

    def write(author: str, lane: int, batches: list[int]) -> None:
        for at, size in enumerate(batches):
            first = known * 1_000 + lane * 100 + at * 10
            sent = [indicator(first + n, author) for n in range(size)]
            if room.post(*sent, member=author).json()["success_count"] != size:
                failures.append("not stored")

    def read(seen: list[str]) -> None:
        after, is_last = begun, False
        while True:
            is_last = done.is_set()
            found = 0
            with room.taxii("b", page=limit) as client:
                for one, safe in client.objects(client.collection("open"), after):
                    seen.append(one["id"])
                    after, found = safe, found + 1
            if is_last and not found:
                return

    writers = [
        threading.Thread(target=write, args=("ab"[lane % 2], lane, batches))
        for lane, batches in enumerate(sizes)
    ]
    seen: list[list[str]] = [[], []]
    readers = [threading.Thread(target=read, args=(one,)) for one in seen]
    for thread in readers + writers:
        thread.start()
    for thread in writers:
        thread.join()
    done.set()
    for thread in readers:
        thread.join()
    whole = room.get(room.url(), params={"added_after": begun} if begun else {}).json()
    expected = [one["id"] for one in whole.get("objects", [])]
    assert failures == []
    assert len(expected) == sum(sum(batches) for batches in sizes)
    assert seen == [expected, expected]


def test_times_never_stand_still_nor_go_back(room: Room) -> None:
    """With a clock that stands or jumps back, each object has its own later time."""
    room.clock.at = 1_900_000_000_000_000
    room.post(*[indicator(n) for n in range(3)])
    room.clock.at -= 3_600_000_000
    room.post(indicator(3))
    with room.hub.engine.connect() as connection:
        times = connection.scalars(sa.select(objects.c.added_us).order_by(objects.c.added_us)).all()
    assert len(set(times)) == 4
    assert times[0] >= 1_900_000_000_000_000


def test_a_turn_that_fails_leaves_nothing(room: Room) -> None:
    """Neither its rows nor its entry of the log nor its times."""
    with room.hub.engine.connect() as connection:
        before = connection.scalar(sa.select(sa.func.count()).select_from(audit))
    with pytest.raises(RuntimeError), turn(room.hub.engine, room.clock) as ours:  # noqa: PT012
        make_key(ours, "lab-a", room.hub.entropy)
        raise RuntimeError
    with room.hub.engine.connect() as connection:
        assert connection.scalar(sa.select(sa.func.count()).select_from(audit)) == before


def test_secrets_are_kept_as_hashes_and_end_when_told(room: Room) -> None:
    """No secret is in the database; a key that was ended and a member shut out open nothing."""
    now = room.clock()
    with room.hub.engine.connect() as connection:
        held = connection.execute(sa.select(credentials)).all()
        assert {bytes(row.secret_hash) for row in held} == {
            secret_hash(one) for one in room.secrets.values()
        }
        found = holder(connection, room.secrets["a"], now)
    assert found is not None
    assert found[0].member_id == "lab-a"
    with turn(room.hub.engine, room.clock) as ours:
        revoke_key(ours, secret_hash(room.secrets["a"]).hex()[:16])
        remove_member(ours, "lab-b")
    with room.hub.engine.connect() as connection:
        assert holder(connection, room.secrets["a"], now) is None
        assert holder(connection, room.secrets["b"], now) is None
        with pytest.raises(HubError, match="lab-b"):
            need_member(connection, "lab-b")


def test_a_token_is_bought_with_a_key_and_runs_out(room: Room) -> None:
    """OAuth2 client credentials: in the header or the form, for a while, and not with a token."""

    def buy(name: str, secret: str, **form: str) -> tuple[int, dict[str, str]]:
        told = room.client.post(
            "/oauth2/token",
            data={"grant_type": "client_credentials"} | form,
            auth=(name, secret) if name else None,
        )
        return told.status_code, told.json()

    room.clock.at = 1_900_000_000_000_000
    status, told = buy("lab-a", room.secrets["a"])
    assert (status, told["token_type"]) == (200, "Bearer")
    assert buy("", "", client_id="lab-a", client_secret=room.secrets["a"])[0] == 200
    assert buy("lab-b", room.secrets["a"]) == (401, {"error": "invalid_client"})
    assert buy("lab-a", told["access_token"])[0] == 401
    assert buy("lab-a", room.secrets["a"], grant_type="password")[0] == 400
    bearer = {"authorization": f"Bearer {told['access_token']}", "accept": "*/*"}
    assert room.client.get("/taxii2/", headers=bearer).status_code == 200
    room.clock.at += (room.hub.limits.token_seconds + 3) * 1_000_000
    assert room.client.get("/taxii2/", headers=bearer).status_code == 401
    buy("lab-a", room.secrets["a"])
    with room.hub.engine.connect() as connection:
        kinds = connection.scalars(sa.select(credentials.c.kind)).all()
    assert kinds.count(TOKEN) == 1


def test_a_taken_port_is_a_sentence(tmp_path: Path) -> None:
    """What to change is said, before anything is served."""
    desk.init(tmp_path / "hub", {})
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
        with pytest.raises(HubError, match=rf"127\.0\.0\.1:{port}.*give another"):
            desk.serve(tmp_path / "hub", "127.0.0.1", port, 1, quiet=True)


def test_health_and_metrics(small: Room) -> None:
    """Anybody may ask whether it lives; only an operator sees counts."""
    assert small.client.get("/health").json() == {"status": "alive"}
    assert small.client.get("/ready").json() == {"status": "ready"}
    small.post(indicator(1), {})
    assert small.get("/metrics").status_code == 403
    text = small.get("/metrics", member="c").text
    assert "stillwatch_hub_objects_added_total 1.0" in text
    assert "stillwatch_hub_objects_refused_total 1.0" in text
    route = 'route="/api/collections/{collection}/objects/",status="202"'
    assert f'stillwatch_hub_requests_total{{method="POST",{route}}} 1.0' in text


def test_a_backup_comes_back_on_the_other_database(room: Room, server: str, tmp_path: Path) -> None:
    """Every row but statuses, with keys that still open and an order that goes on."""
    from hub_room import database

    room.post(indicator(1), indicator(1, modified="2026-02-01T00:00:00.000Z"))
    file = tmp_path / "backup.jsonl.gz"
    counts = write_backup(room.hub.engine, file)
    assert counts["objects"] == 2
    with pytest.raises(HubError, match="there already"):
        write_backup(room.hub.engine, file)
    is_sqlite = room.hub.engine.dialect.name == "sqlite"
    with database(server) as empty:
        url = empty if is_sqlite else f"sqlite:///{tmp_path / 'again.sqlite'}"
        engine = open_database(url)
        try:
            migrate(engine)
            assert read_backup(engine, file) == counts
            with engine.connect() as connection, room.hub.engine.connect() as old:
                for table in (objects, audit, credentials):
                    query = sa.select(table).order_by(*table.primary_key.columns)
                    assert connection.execute(query).all() == old.execute(query).all()
            with pytest.raises(HubError, match="already"):
                read_backup(engine, file)
            with turn(engine, room.clock) as ours:
                from stillwatch.services.hub.people import add_circle

                assert add_circle(ours, "new", "", "", "green", is_signed=True).circle_id == 3
        finally:
            engine.dispose()


def test_a_damaged_backup_is_refused_whole(small: Room, tmp_path: Path) -> None:
    """Cut short, changed, or with a row less: nothing of it is kept."""
    small.post(*[indicator(n) for n in range(9)])
    file = tmp_path / "backup.jsonl.gz"
    write_backup(small.hub.engine, file)
    lines = gzip.decompress(file.read_bytes()).splitlines(keepends=True)
    changed = [line.replace(b"lab-a", b"lab-x") for line in lines]
    for number, bad in enumerate(
        (lines[:-1], changed, lines[:5] + lines[6:], lines[:1], [b"{}\n"])
    ):
        other = tmp_path / f"bad-{number}.gz"
        other.write_bytes(gzip.compress(b"".join(bad)))
        engine = open_database(f"sqlite:///{tmp_path / f'bad-{number}.sqlite'}")
        migrate(engine)
        with pytest.raises(HubError):
            read_backup(engine, other)
        with engine.connect() as connection:
            assert connection.execute(sa.select(credentials)).first() is None
        engine.dispose()
    cut = tmp_path / "cut.gz"
    cut.write_bytes(file.read_bytes()[:-20])
    engine = open_database(f"sqlite:///{tmp_path / 'cut.sqlite'}")
    migrate(engine)
    with pytest.raises(HubError, match="cut short"):
        read_backup(engine, cut)
    engine.dispose()


def test_a_restore_that_fails_leaves_nothing_behind(small: Room, tmp_path: Path) -> None:
    """Neither a folder nor files in one that was there; so the next attempt can be made."""
    small.post(indicator(1))
    good, cut, forged = (tmp_path / name for name in ("good.gz", "cut.gz", "forged.gz"))
    write_backup(small.hub.engine, good)
    cut.write_bytes(good.read_bytes()[:-20])
    with writing(small.hub.engine) as connection:
        connection.execute(audit.update().where(audit.c.seq == 3).values(entry=b"{}"))
    write_backup(small.hub.engine, forged)
    said = {"title": "again"}
    for bad in (cut, forged, tmp_path / "none.gz"):
        with pytest.raises(HubError):
            keeping.restore(tmp_path / "new", bad, said)
        assert not (tmp_path / "new").exists()
        mine = tmp_path / "mine"
        mine.mkdir(exist_ok=True)
        (mine / "notes").write_text("kept")
        with pytest.raises(HubError):
            keeping.restore(mine, bad, said)
        assert [one.name for one in mine.iterdir()] == ["notes"]
    assert keeping.restore(tmp_path / "new", good, said)[0]["rows"]["objects"] == 1
    before = (tmp_path / "new" / "hub.key").read_bytes()
    with pytest.raises(HubError, match="holds a hub already"):
        keeping.restore(tmp_path / "new", good, said)
    assert (tmp_path / "new" / "hub.key").read_bytes() == before


def test_the_log_tells_what_was_changed_in_it(room: Room) -> None:
    """Every change of members, circles and objects; an edited or a lost entry is found."""
    room.post(indicator(1))
    entries, _ = keeping._check(room.hub.engine)
    assert b'"action":"add"' in entries[-1]
    assert len(entries) == 13
    with writing(room.hub.engine) as connection:
        connection.execute(
            audit.update().where(audit.c.seq == 3).values(entry=entries[3][:-1] + b"x")
        )
    with pytest.raises(HubError):
        keeping._check(room.hub.engine)
    with writing(room.hub.engine) as connection:
        connection.execute(audit.update().where(audit.c.seq == 3).values(entry=entries[3]))
        connection.execute(audit.delete().where(audit.c.seq == len(entries) - 1))
    with pytest.raises(HubError, match="does not end"):
        keeping._check(room.hub.engine)


def test_a_name_with_a_key_is_basic_authentication_to_the_letter(small: Room) -> None:
    """What stock clients send."""
    word = base64.b64encode(f"lab-a:{small.secrets['a']}".encode()).decode()
    headers = {"authorization": f"bAsIc {word}", "accept": "*/*"}
    assert small.client.get("/taxii2/", headers=headers).status_code == 200
