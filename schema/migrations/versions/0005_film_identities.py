"""how films are identified: by which source, what sources proposed, and what a dump says of slugs."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0005"
down_revision = "0004"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "catalogue",
        sa.Column("slug", sa.String(), nullable=False),
        sa.Column("tmdb_type", sa.String(), nullable=False),
        sa.Column("tmdb_id", sa.Integer(), nullable=False),
        sa.Column("imdb_id", sa.String(), nullable=True),
        sa.CheckConstraint("tmdb_type IN ('movie', 'tv')", name=op.f("ck_catalogue_tmdb_type")),
        sa.PrimaryKeyConstraint("slug", "tmdb_type", "tmdb_id", name=op.f("pk_catalogue")),
    )
    op.add_column("films", sa.Column("identified_by", sa.String(), nullable=True))
    op.add_column("films", sa.Column("page_rating_count", sa.Integer(), nullable=True))
    op.add_column("films", sa.Column("page_read_at", sa.DateTime(timezone=True), nullable=True))
    op.create_check_constraint(
        op.f("ck_films_identified_by"),
        "films",
        "identified_by IN ('search', 'wikidata', 'catalogue', 'feed', 'page', 'manual')",
    )
    # Until now every identity came from a film page.
    op.execute(
        "UPDATE films SET identified_by = 'page' WHERE id IN"
        " (SELECT film_id FROM film_metadata_sync WHERE kind = 'identity' AND status IN ('fetched', 'absent'))"
    )
    op.add_column("film_histograms", sa.Column("fans", sa.Integer(), nullable=True))
    op.add_column(
        "film_metadata_sync",
        sa.Column("asked", sa.ARRAY(sa.Text()), server_default=sa.text("'{}'::text[]"), nullable=False),
    )
    op.add_column(
        "film_metadata_sync",
        sa.Column(
            "candidates",
            postgresql.JSONB(astext_type=sa.Text()),
            server_default=sa.text("'[]'::jsonb"),
            nullable=False,
        ),
    )
    op.drop_index("ix_film_metadata_sync_due", table_name="film_metadata_sync")
    op.create_index("ix_film_metadata_sync_due", "film_metadata_sync", ["kind", "next_attempt_at"], unique=False)


def downgrade() -> None:
    op.drop_index("ix_film_metadata_sync_due", table_name="film_metadata_sync")
    op.create_index(
        "ix_film_metadata_sync_due",
        "film_metadata_sync",
        ["kind", "next_attempt_at"],
        unique=False,
        postgresql_where=sa.text("status IN ('pending', 'failed')"),
    )
    op.drop_column("film_metadata_sync", "candidates")
    op.drop_column("film_metadata_sync", "asked")
    op.drop_column("film_histograms", "fans")
    op.drop_constraint(op.f("ck_films_identified_by"), "films", type_="check")
    op.drop_column("films", "page_read_at")
    op.drop_column("films", "page_rating_count")
    op.drop_column("films", "identified_by")
    op.drop_table("catalogue")
