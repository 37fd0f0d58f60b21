"""exports and feeds."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0008"
down_revision = "0007"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "consents",
        sa.Column("id", sa.BigInteger(), sa.Identity(always=False), nullable=False),
        sa.Column("member_id", sa.Integer(), nullable=False),
        sa.Column("source", sa.String(), nullable=False),
        sa.Column("account_id", sa.BigInteger(), nullable=True),
        sa.Column("given_at", sa.DateTime(timezone=True), server_default=sa.text("now()"), nullable=False),
        sa.Column("withdrawn_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column(
            "detail", postgresql.JSONB(astext_type=sa.Text()), server_default=sa.text("'{}'::jsonb"), nullable=False
        ),
        sa.CheckConstraint("source IN ('export', 'rss')", name=op.f("ck_consents_source")),
        sa.ForeignKeyConstraint(["member_id"], ["members.id"], name=op.f("fk_consents_member_id"), ondelete="CASCADE"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_consents")),
    )
    op.create_index("ix_consents_member_id", "consents", ["member_id"], unique=False)
    op.create_index(
        "uq_consents_one_open_feed",
        "consents",
        ["member_id"],
        unique=True,
        postgresql_where=sa.text("source = 'rss' AND withdrawn_at IS NULL"),
    )
    op.create_table(
        "feed_items",
        sa.Column("member_id", sa.Integer(), nullable=False),
        sa.Column("entry_id", sa.BigInteger(), nullable=False),
        sa.Column("film_id", sa.Integer(), nullable=False),
        sa.Column("published", sa.DateTime(timezone=True), nullable=False),
        sa.Column("rating", sa.SmallInteger(), nullable=True),
        sa.Column("liked", sa.Boolean(), nullable=True),
        sa.Column("rewatch", sa.Boolean(), nullable=True),
        sa.Column("watched_date", sa.Date(), nullable=True),
        sa.Column("link", sa.String(), nullable=False),
        sa.Column("told_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["film_id"], ["films.id"], name=op.f("fk_feed_items_film_id")),
        sa.ForeignKeyConstraint(
            ["member_id"], ["members.id"], name=op.f("fk_feed_items_member_id"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("member_id", "entry_id", name=op.f("pk_feed_items")),
    )
    op.create_index(op.f("ix_feed_items_film_id"), "feed_items", ["film_id"], unique=False)
    op.create_table(
        "feeds",
        sa.Column("member_id", sa.Integer(), nullable=False),
        sa.Column("etag", sa.String(), nullable=True),
        sa.Column("last_modified", sa.String(), nullable=True),
        sa.Column("asked_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["member_id"], ["members.id"], name=op.f("fk_feeds_member_id"), ondelete="CASCADE"),
        sa.PrimaryKeyConstraint("member_id", name=op.f("pk_feeds")),
    )
    op.create_table(
        "film_merges",
        sa.Column("id", sa.BigInteger(), sa.Identity(always=False), nullable=False),
        sa.Column("kept_id", sa.Integer(), nullable=False),
        sa.Column("gone_id", sa.Integer(), nullable=True),
        sa.Column("letterboxd_id", sa.Integer(), nullable=True),
        sa.Column("slug", sa.String(), nullable=True),
        sa.Column("title", sa.String(), nullable=False),
        sa.Column("release_year", sa.SmallInteger(), nullable=True),
        sa.Column("reason", sa.String(), nullable=False),
        sa.Column("merged_at", sa.DateTime(timezone=True), server_default=sa.text("now()"), nullable=False),
        sa.ForeignKeyConstraint(["kept_id"], ["films.id"], name=op.f("fk_film_merges_kept_id"), ondelete="CASCADE"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_film_merges")),
        sa.UniqueConstraint("gone_id", name=op.f("uq_film_merges_gone_id")),
    )
    op.create_index(op.f("ix_film_merges_kept_id"), "film_merges", ["kept_id"], unique=False)
    op.create_index(op.f("ix_film_merges_letterboxd_id"), "film_merges", ["letterboxd_id"], unique=False)
    op.create_index("ix_films_title_release_year", "films", ["title", "release_year"], unique=False)
    op.add_column("ratings", sa.Column("watched", sa.Boolean(), server_default=sa.text("false"), nullable=False))
    op.add_column("ratings", sa.Column("favorite_source", sa.String(), nullable=True))
    op.execute("UPDATE ratings SET favorite_source = source WHERE favorite OR favorite_observed_at IS NOT NULL")


def downgrade() -> None:
    op.drop_column("ratings", "favorite_source")
    op.drop_column("ratings", "watched")
    op.drop_index("ix_films_title_release_year", table_name="films")
    op.drop_index(op.f("ix_film_merges_letterboxd_id"), table_name="film_merges")
    op.drop_index(op.f("ix_film_merges_kept_id"), table_name="film_merges")
    op.drop_table("film_merges")
    op.drop_table("feeds")
    op.drop_index(op.f("ix_feed_items_film_id"), table_name="feed_items")
    op.drop_table("feed_items")
    op.drop_index(
        "uq_consents_one_open_feed",
        table_name="consents",
        postgresql_where=sa.text("source = 'rss' AND withdrawn_at IS NULL"),
    )
    op.drop_index("ix_consents_member_id", table_name="consents")
    op.drop_table("consents")
