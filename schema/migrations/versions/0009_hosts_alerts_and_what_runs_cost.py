"""hosts, alerts, and what runs cost."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0009"
down_revision = "0008"
branch_labels = None
depends_on = None

_OPEN = "status IN ('queued', 'running')"
_STEP = "status IN ('pending', 'running', 'succeeded', 'failed'{})"


def upgrade() -> None:
    op.create_table(
        "hosts",
        sa.Column("host", sa.String(), nullable=False),
        sa.Column("paused_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("reason", sa.String(), nullable=True),
        sa.Column("paused_by", sa.String(), nullable=True),
        sa.Column("not_before", sa.DateTime(timezone=True), nullable=True),
        sa.Column("crawl_delay", sa.Float(), nullable=True),
        sa.PrimaryKeyConstraint("host", name=op.f("pk_hosts")),
    )
    op.create_table(
        "alerts",
        sa.Column("id", sa.BigInteger(), sa.Identity(always=False), nullable=False),
        sa.Column("run_id", sa.BigInteger(), nullable=False),
        sa.Column("kind", sa.String(), nullable=False),
        sa.Column("message", sa.String(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), server_default=sa.text("now()"), nullable=False),
        sa.ForeignKeyConstraint(["run_id"], ["sync_runs.id"], name=op.f("fk_alerts_run_id"), ondelete="CASCADE"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_alerts")),
    )
    op.create_index("ix_alerts_run_id", "alerts", ["run_id"])
    op.add_column("sync_runs", sa.Column("authorization", postgresql.JSONB(astext_type=sa.Text()), nullable=True))
    for column in ("requests", "members", "ratings"):
        op.add_column("sync_runs", sa.Column(column, sa.Integer(), nullable=True))
    op.create_index("ix_crawl_requests_run_id", "crawl_requests", ["run_id"])
    _hold_cohorts("status IN ('queued', 'running', 'paused')")
    _allow(_STEP.format(", 'paused'"))


def downgrade() -> None:
    op.execute("UPDATE sync_steps SET status = 'failed' WHERE status = 'paused'")
    _allow(_STEP.format(""))
    _hold_cohorts(_OPEN)
    op.drop_index("ix_crawl_requests_run_id", table_name="crawl_requests")
    for column in ("ratings", "members", "requests", "authorization"):
        op.drop_column("sync_runs", column)
    op.drop_table("alerts")
    op.drop_table("hosts")


def _hold_cohorts(where: str) -> None:
    """One run a cohort among those that are not over."""
    op.drop_index("uq_sync_runs_one_open_per_cohort", table_name="sync_runs")
    op.create_index(
        "uq_sync_runs_one_open_per_cohort", "sync_runs", ["cohort_id"], unique=True, postgresql_where=sa.text(where)
    )


def _allow(statuses: str) -> None:
    op.drop_constraint(op.f("ck_sync_steps_status"), "sync_steps", type_="check")
    op.create_check_constraint(op.f("ck_sync_steps_status"), "sync_steps", statuses)
