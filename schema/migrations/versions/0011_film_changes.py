"""Which transactions changed films, so that an answer given before is known to hold or not."""

import sqlalchemy as sa
from alembic import op

revision = "0011"
down_revision = "0010"
branch_labels = None
depends_on = None

_TABLES = ("films", "film_slugs", "film_credits", "film_histograms", "people")
_EVENTS = {"INSERT": "NEW", "UPDATE": "NEW", "DELETE": "OLD"}


def upgrade() -> None:
    op.create_table(
        "film_changes",
        sa.Column(
            "changed_in", sa.BigInteger(), server_default=sa.text("pg_current_xact_id()::text::bigint"), nullable=False
        ),
        sa.Column("at", sa.DateTime(timezone=True), server_default=sa.text("now()"), nullable=False),
        sa.PrimaryKeyConstraint("changed_in", name=op.f("pk_film_changes")),
    )
    # By statement, because films are written by the thousand; one that changed no row says nothing.
    op.execute(
        """
        CREATE FUNCTION note_film_change() RETURNS trigger LANGUAGE plpgsql AS $$
        BEGIN
            IF EXISTS (SELECT FROM changed) THEN
                INSERT INTO film_changes DEFAULT VALUES ON CONFLICT DO NOTHING;
            END IF;
            RETURN NULL;
        END $$
        """
    )
    for table in _TABLES:
        for event, rows in _EVENTS.items():
            op.execute(
                f"CREATE TRIGGER note_{event.lower()} AFTER {event} ON {table}"
                f" REFERENCING {rows} TABLE AS changed FOR EACH STATEMENT EXECUTE FUNCTION note_film_change()"
            )


def downgrade() -> None:
    for table in _TABLES:
        for event in _EVENTS:
            op.execute(f"DROP TRIGGER note_{event.lower()} ON {table}")
    op.execute("DROP FUNCTION note_film_change()")
    op.drop_table("film_changes")
