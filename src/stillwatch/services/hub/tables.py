"""Says which tables the hub keeps. Times are microseconds since 1970 on both databases."""

import sqlalchemy as sa

metadata = sa.MetaData()

# One row. Who writes holds it, so that the order of `added_us` is the order of commits.
hub = sa.Table(
    "hub",
    metadata,
    sa.Column("hub_id", sa.SmallInteger, primary_key=True),
    sa.Column("namespace", sa.Text, nullable=False),
    sa.Column("last_us", sa.BigInteger, nullable=False),
    sa.Column("audit_count", sa.BigInteger, nullable=False),
    sa.Column("audit_hash", sa.Text, nullable=False),
)

members = sa.Table(
    "members",
    metadata,
    sa.Column("member_id", sa.Text, primary_key=True),
    sa.Column("identity", sa.Text, nullable=False, unique=True),
    sa.Column("public_key", sa.LargeBinary),
    sa.Column("role", sa.Text, nullable=False),
    sa.Column("added_us", sa.BigInteger, nullable=False),
    sa.Column("removed_us", sa.BigInteger),
    sa.Column("object_count", sa.BigInteger, nullable=False),
    sa.Column("day", sa.BigInteger, nullable=False),
    sa.Column("day_count", sa.BigInteger, nullable=False),
)

credentials = sa.Table(
    "credentials",
    metadata,
    sa.Column("secret_hash", sa.LargeBinary, primary_key=True),
    sa.Column("credential_id", sa.Text, nullable=False, unique=True),
    sa.Column("member_id", sa.Text, sa.ForeignKey("members.member_id"), nullable=False),
    sa.Column("kind", sa.Text, nullable=False),
    sa.Column("made_us", sa.BigInteger, nullable=False),
    sa.Column("expires_us", sa.BigInteger),
    sa.Column("revoked_us", sa.BigInteger),
)

circles = sa.Table(
    "circles",
    metadata,
    sa.Column("circle_id", sa.Integer, primary_key=True),
    sa.Column("collection_id", sa.Text, nullable=False, unique=True),
    sa.Column("name", sa.Text, nullable=False, unique=True),
    sa.Column("title", sa.Text, nullable=False),
    sa.Column("description", sa.Text, nullable=False),
    sa.Column("tlp", sa.Text, nullable=False),
    sa.Column("is_signed", sa.SmallInteger, nullable=False),
    sa.Column("made_us", sa.BigInteger, nullable=False),
)

seats = sa.Table(
    "seats",
    metadata,
    sa.Column("circle_id", sa.Integer, sa.ForeignKey("circles.circle_id"), primary_key=True),
    sa.Column("member_id", sa.Text, sa.ForeignKey("members.member_id"), primary_key=True),
    sa.Column("can_read", sa.SmallInteger, nullable=False),
    sa.Column("can_write", sa.SmallInteger, nullable=False),
)

objects = sa.Table(
    "objects",
    metadata,
    sa.Column("circle_id", sa.Integer, sa.ForeignKey("circles.circle_id"), nullable=False),
    # Clustered by the order of arrival: a page is one stretch of the table.
    sa.Column("added_us", sa.BigInteger().with_variant(sa.Integer, "sqlite"), primary_key=True,
              autoincrement=False),
    sa.Column("object_id", sa.Text, nullable=False),
    sa.Column("version_us", sa.BigInteger, nullable=False),
    sa.Column("version", sa.Text, nullable=False),
    sa.Column("type", sa.Text, nullable=False),
    sa.Column("member_id", sa.Text, nullable=False),
    sa.Column("is_first", sa.SmallInteger, nullable=False),
    sa.Column("is_last", sa.SmallInteger, nullable=False),
    sa.Column("is_revoked", sa.SmallInteger, nullable=False),
    sa.Column("digest", sa.LargeBinary, nullable=False),
    sa.Column("body", sa.LargeBinary, nullable=False),
    sa.Index("objects_by_id", "object_id", "circle_id", "version_us", unique=True),
    sa.Index("objects_by_arrival", "circle_id", "added_us"),
    sa.Index(
        "objects_last", "circle_id", "added_us",
        sqlite_where=sa.text("is_last = 1"), postgresql_where=sa.text("is_last = 1"),
    ),
    sa.Index("objects_by_type", "circle_id", "type", "added_us"),
)  # fmt: skip

statuses = sa.Table(
    "statuses",
    metadata,
    sa.Column("status_id", sa.Text, primary_key=True),
    sa.Column("member_id", sa.Text, nullable=False),
    sa.Column("requested_us", sa.BigInteger, nullable=False),
    sa.Column("body", sa.LargeBinary, nullable=False),
    sa.Index("statuses_by_time", "requested_us"),
)

audit = sa.Table(
    "audit",
    metadata,
    sa.Column("seq", sa.BigInteger().with_variant(sa.Integer, "sqlite"), primary_key=True,
              autoincrement=False),
    sa.Column("entry", sa.LargeBinary, nullable=False),
)  # fmt: skip
