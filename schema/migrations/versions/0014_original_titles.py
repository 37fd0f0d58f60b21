"""original titles among the film columns, so that films are found by them."""

import sqlalchemy as sa
from alembic import op

revision = "0014"
down_revision = "0013"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("film_columns", sa.Column("original_title", sa.String(), nullable=True))
    op.execute(
        "UPDATE film_columns c SET original_title = f.original_title FROM films f"
        " WHERE f.id = c.film_id AND f.original_title IS NOT NULL"
    )


def downgrade() -> None:
    op.drop_column("film_columns", "original_title")
