"""uploads of accounts, and matches that can be undone."""

import sqlalchemy as sa
from alembic import op

revision = "0010"
down_revision = "0009"
branch_labels = None
depends_on = None

_OPEN = sa.text("status IN ('queued', 'running', 'paused')")


def upgrade() -> None:
    op.add_column("accounts", sa.Column("member_id", sa.Integer(), nullable=True))
    op.create_foreign_key(
        op.f("fk_accounts_member_id"), "accounts", "members", ["member_id"], ["id"], ondelete="SET NULL"
    )
    op.create_unique_constraint(op.f("uq_accounts_member_id"), "accounts", ["member_id"])
    op.add_column("sync_runs", sa.Column("account_id", sa.BigInteger(), nullable=True))
    op.create_foreign_key(
        op.f("fk_sync_runs_account_id"), "sync_runs", "accounts", ["account_id"], ["id"], ondelete="CASCADE"
    )
    op.create_index(
        "uq_sync_runs_one_open_per_account", "sync_runs", ["account_id"], unique=True, postgresql_where=_OPEN
    )
    op.add_column("film_merges", sa.Column("guessed", sa.Boolean(), server_default=sa.text("false"), nullable=False))
    op.add_column("film_merges", sa.Column("undone_at", sa.DateTime(timezone=True), nullable=True))


def downgrade() -> None:
    op.drop_column("film_merges", "undone_at")
    op.drop_column("film_merges", "guessed")
    op.drop_index("uq_sync_runs_one_open_per_account", table_name="sync_runs")
    op.drop_column("sync_runs", "account_id")
    op.drop_column("accounts", "member_id")
