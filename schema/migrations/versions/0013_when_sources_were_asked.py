"""when sources of identity were last asked in vain, so that they are asked again some day."""

import sqlalchemy as sa
from alembic import op

revision = "0013"
down_revision = "0012"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("film_metadata_sync", sa.Column("asked_at", sa.DateTime(timezone=True), nullable=True))
    op.execute("UPDATE film_metadata_sync SET asked_at = now() WHERE asked <> '{}'")


def downgrade() -> None:
    op.drop_column("film_metadata_sync", "asked_at")
