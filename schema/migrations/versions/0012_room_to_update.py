"""room to update rows of a cohort's written numbers where they are."""

from alembic import op

revision = "0012"
down_revision = "0011"
branch_labels = None
depends_on = None

_DERIVED = ("cohort_film_stats", "film_rankings", "ranking_insights")


def upgrade() -> None:
    # A new version of a row that finds room on the page of the old one needs no new entry in the index.
    for table in _DERIVED:
        op.execute(f"ALTER TABLE {table} SET (fillfactor = 50)")


def downgrade() -> None:
    for table in _DERIVED:
        op.execute(f"ALTER TABLE {table} RESET (fillfactor)")
