"""Finds objects by their type; on PostgreSQL without keeping writers out."""

from alembic import op

revision = "0002"
down_revision = "0001"

COLUMNS = ["circle_id", "type", "added_us"]


def upgrade() -> None:
    """The index, made beside the traffic."""
    if op.get_context().dialect.name == "postgresql":
        with op.get_context().autocommit_block():
            # One that was begun and not finished would stay behind, unusable.
            op.execute("DROP INDEX CONCURRENTLY IF EXISTS objects_by_type")
            op.create_index("objects_by_type", "objects", COLUMNS, postgresql_concurrently=True)
    else:
        op.create_index("objects_by_type", "objects", COLUMNS)
