"""Makes the tables of the first hub."""

import sqlalchemy as sa
from alembic import op

revision = "0001"
down_revision = None

BIG = sa.BigInteger
ROW_NUMBER = sa.BigInteger().with_variant(sa.Integer, "sqlite")


def upgrade() -> None:
    """Every table, empty."""
    _people()
    op.create_table(
        "objects",
        sa.Column("circle_id", sa.Integer, sa.ForeignKey("circles.circle_id"), nullable=False),
        sa.Column("added_us", ROW_NUMBER, primary_key=True, autoincrement=False),
        sa.Column("object_id", sa.Text, nullable=False),
        sa.Column("version_us", BIG, nullable=False),
        sa.Column("version", sa.Text, nullable=False),
        sa.Column("type", sa.Text, nullable=False),
        sa.Column("member_id", sa.Text, nullable=False),
        sa.Column("is_first", sa.SmallInteger, nullable=False),
        sa.Column("is_last", sa.SmallInteger, nullable=False),
        sa.Column("is_revoked", sa.SmallInteger, nullable=False),
        sa.Column("digest", sa.LargeBinary, nullable=False),
        sa.Column("body", sa.LargeBinary, nullable=False),
    )
    op.create_index("objects_by_id", "objects", ["object_id", "circle_id", "version_us"],
                    unique=True)  # fmt: skip
    op.create_index("objects_by_arrival", "objects", ["circle_id", "added_us"])
    op.create_index(
        "objects_last", "objects", ["circle_id", "added_us"],
        sqlite_where=sa.text("is_last = 1"), postgresql_where=sa.text("is_last = 1"),
    )  # fmt: skip
    op.create_table(
        "statuses",
        sa.Column("status_id", sa.Text, primary_key=True),
        sa.Column("member_id", sa.Text, nullable=False),
        sa.Column("requested_us", BIG, nullable=False),
        sa.Column("body", sa.LargeBinary, nullable=False),
    )
    op.create_index("statuses_by_time", "statuses", ["requested_us"])
    op.create_table(
        "audit",
        sa.Column("seq", ROW_NUMBER, primary_key=True, autoincrement=False),
        sa.Column("entry", sa.LargeBinary, nullable=False),
    )


def _people() -> None:
    op.create_table(
        "hub",
        sa.Column("hub_id", sa.SmallInteger, primary_key=True),
        sa.Column("namespace", sa.Text, nullable=False),
        sa.Column("last_us", BIG, nullable=False),
        sa.Column("audit_count", BIG, nullable=False),
        sa.Column("audit_hash", sa.Text, nullable=False),
    )
    op.create_table(
        "members",
        sa.Column("member_id", sa.Text, primary_key=True),
        sa.Column("identity", sa.Text, nullable=False, unique=True),
        sa.Column("public_key", sa.LargeBinary),
        sa.Column("role", sa.Text, nullable=False),
        sa.Column("added_us", BIG, nullable=False),
        sa.Column("removed_us", BIG),
        sa.Column("object_count", BIG, nullable=False),
        sa.Column("day", BIG, nullable=False),
        sa.Column("day_count", BIG, nullable=False),
    )
    op.create_table(
        "credentials",
        sa.Column("secret_hash", sa.LargeBinary, primary_key=True),
        sa.Column("credential_id", sa.Text, nullable=False, unique=True),
        sa.Column("member_id", sa.Text, sa.ForeignKey("members.member_id"), nullable=False),
        sa.Column("kind", sa.Text, nullable=False),
        sa.Column("made_us", BIG, nullable=False),
        sa.Column("expires_us", BIG),
        sa.Column("revoked_us", BIG),
    )
    op.create_table(
        "circles",
        sa.Column("circle_id", sa.Integer, primary_key=True),
        sa.Column("collection_id", sa.Text, nullable=False, unique=True),
        sa.Column("name", sa.Text, nullable=False, unique=True),
        sa.Column("title", sa.Text, nullable=False),
        sa.Column("description", sa.Text, nullable=False),
        sa.Column("tlp", sa.Text, nullable=False),
        sa.Column("is_signed", sa.SmallInteger, nullable=False),
        sa.Column("made_us", BIG, nullable=False),
    )
    op.create_table(
        "seats",
        sa.Column("circle_id", sa.Integer, sa.ForeignKey("circles.circle_id"), primary_key=True),
        sa.Column("member_id", sa.Text, sa.ForeignKey("members.member_id"), primary_key=True),
        sa.Column("can_read", sa.SmallInteger, nullable=False),
        sa.Column("can_write", sa.SmallInteger, nullable=False),
    )
