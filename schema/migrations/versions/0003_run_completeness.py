"""how complete runs are."""

import sqlalchemy as sa
from alembic import op

revision = "0003"
down_revision = "0002"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "run_completeness",
        sa.Column("run_id", sa.BigInteger(), nullable=False),
        sa.Column("tiles", sa.Integer(), nullable=False),
        sa.Column("rating_states", sa.Integer(), nullable=False),
        sa.Column("like_flags", sa.Integer(), nullable=False),
        sa.Column("letterboxd_ids", sa.Integer(), nullable=False),
        sa.Column("reactions", sa.Integer(), nullable=True),
        sa.Column("identities", sa.Integer(), nullable=True),
        sa.ForeignKeyConstraint(
            ["run_id"], ["sync_runs.id"], name=op.f("fk_run_completeness_run_id"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("run_id", name=op.f("pk_run_completeness")),
    )


def downgrade() -> None:
    op.drop_table("run_completeness")
