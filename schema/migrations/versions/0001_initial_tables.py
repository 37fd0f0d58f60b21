"""initial tables."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0001"
down_revision = None
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "cohorts",
        sa.Column("id", sa.BigInteger(), sa.Identity(always=False), nullable=False),
        sa.Column("owner", sa.String(), nullable=True),
        sa.Column("label", sa.String(length=120), nullable=False),
        sa.Column("definition", postgresql.JSONB(astext_type=sa.Text()), nullable=False),
        sa.Column("version", sa.Integer(), server_default="1", nullable=False),
        sa.Column("refreshed_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("created_at", sa.DateTime(timezone=True), server_default=sa.text("now()"), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_cohorts")),
        sa.UniqueConstraint("label", name=op.f("uq_cohorts_label")),
    )
    op.create_table(
        "crawl_requests",
        sa.Column("minute", sa.DateTime(timezone=True), nullable=False),
        sa.Column("host", sa.String(), nullable=False),
        sa.Column("kind", sa.String(), nullable=False),
        sa.Column("outcome", sa.String(), nullable=False),
        sa.Column("run_id", sa.BigInteger(), server_default="0", nullable=False),
        sa.Column("requests", sa.Integer(), nullable=False),
        sa.Column("bytes", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("minute", "host", "kind", "outcome", "run_id", name=op.f("pk_crawl_requests")),
    )
    op.create_table(
        "films",
        sa.Column("id", sa.Integer(), sa.Identity(always=False), nullable=False),
        sa.Column("slug", sa.String(), nullable=True),
        sa.Column("letterboxd_id", sa.Integer(), nullable=True),
        sa.Column("title", sa.String(), nullable=False),
        sa.Column("release_year", sa.SmallInteger(), nullable=True),
        sa.Column("tmdb_id", sa.Integer(), nullable=True),
        sa.Column("tmdb_type", sa.String(), nullable=True),
        sa.Column("imdb_id", sa.String(), nullable=True),
        sa.Column("original_title", sa.String(), nullable=True),
        sa.Column("release_date", sa.Date(), nullable=True),
        sa.Column("runtime_minutes", sa.Integer(), nullable=True),
        sa.Column("poster_url", sa.String(), nullable=True),
        sa.Column("primary_director", sa.String(), nullable=True),
        sa.Column("collection", sa.String(), nullable=True),
        sa.Column("genres", sa.ARRAY(sa.Text()), server_default=sa.text("'{}'::text[]"), nullable=False),
        sa.Column("countries", sa.ARRAY(sa.Text()), server_default=sa.text("'{}'::text[]"), nullable=False),
        sa.Column("languages", sa.ARRAY(sa.Text()), server_default=sa.text("'{}'::text[]"), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), server_default=sa.text("now()"), nullable=False),
        sa.CheckConstraint("tmdb_type IN ('movie', 'tv')", name=op.f("ck_films_tmdb_type")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_films")),
        sa.UniqueConstraint("letterboxd_id", name=op.f("uq_films_letterboxd_id")),
        sa.UniqueConstraint("slug", name=op.f("uq_films_slug")),
    )
    op.create_index("ix_films_tmdb", "films", ["tmdb_type", "tmdb_id"], unique=False)
    op.create_table(
        "members",
        sa.Column("id", sa.Integer(), sa.Identity(always=False), nullable=False),
        sa.Column("username", sa.String(), nullable=False),
        sa.Column("display_name", sa.String(), nullable=True),
        sa.Column("avatar_url", sa.String(), nullable=True),
        sa.Column("missing_since", sa.DateTime(timezone=True), nullable=True),
        sa.Column("created_at", sa.DateTime(timezone=True), server_default=sa.text("now()"), nullable=False),
        sa.CheckConstraint("username = lower(username)", name=op.f("ck_members_username_lower")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_members")),
        sa.UniqueConstraint("username", name=op.f("uq_members_username")),
    )
    op.create_table(
        "people",
        sa.Column("id", sa.Integer(), sa.Identity(always=False), nullable=False),
        sa.Column("tmdb_id", sa.Integer(), nullable=False),
        sa.Column("name", sa.String(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_people")),
        sa.UniqueConstraint("tmdb_id", name=op.f("uq_people_tmdb_id")),
    )
    op.create_table(
        "ratings",
        sa.Column("member_id", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("film_id", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("rating", sa.SmallInteger(), nullable=True),
        sa.Column("liked", sa.Boolean(), server_default=sa.text("false"), nullable=False),
        sa.Column("favorite", sa.Boolean(), server_default=sa.text("false"), nullable=False),
        sa.Column("rated_at", sa.Date(), nullable=True),
        sa.Column("diary_entry_url", sa.String(), nullable=True),
        sa.Column("source", sa.String(), nullable=False),
        sa.Column("observed_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("favorite_observed_at", sa.DateTime(timezone=True), nullable=True),
        sa.CheckConstraint("rating BETWEEN 1 AND 10", name=op.f("ck_ratings_half_stars")),
        sa.PrimaryKeyConstraint("member_id", "film_id", name=op.f("pk_ratings")),
    )
    op.create_index(op.f("ix_ratings_film_id"), "ratings", ["film_id"], unique=False)
    op.create_table(
        "tmdb_payloads",
        sa.Column("type", sa.String(), nullable=False),
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("payload", postgresql.JSONB(astext_type=sa.Text()), nullable=False),
        sa.Column("etag", sa.String(), nullable=True),
        sa.Column("fetched_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("expires_at", sa.DateTime(timezone=True), nullable=True),
        sa.PrimaryKeyConstraint("type", "id", name=op.f("pk_tmdb_payloads")),
    )
    op.create_table(
        "cohort_film_stats",
        sa.Column("cohort_id", sa.BigInteger(), nullable=False),
        sa.Column("film_id", sa.Integer(), nullable=False),
        sa.Column("watchers", sa.Integer(), nullable=False),
        sa.Column("rated_count", sa.Integer(), nullable=False),
        sa.Column("rating_sum", sa.Integer(), nullable=False),
        sa.Column("rating_sum_squares", sa.Integer(), nullable=False),
        sa.Column("average", sa.Float(), nullable=True),
        sa.Column("standard_deviation", sa.Float(), nullable=True),
        sa.Column("liked_count", sa.Integer(), nullable=False),
        sa.Column("favorite_count", sa.Integer(), nullable=False),
        sa.Column("liked_pct", sa.Float(), nullable=False),
        sa.Column("favorite_pct", sa.Float(), nullable=False),
        sa.Column("histogram", sa.ARRAY(sa.Integer()), nullable=False),
        sa.Column("global_average", sa.Float(), nullable=True),
        sa.Column("divergence", sa.Float(), nullable=True),
        sa.ForeignKeyConstraint(
            ["cohort_id"], ["cohorts.id"], name=op.f("fk_cohort_film_stats_cohort_id"), ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(
            ["film_id"], ["films.id"], name=op.f("fk_cohort_film_stats_film_id"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("cohort_id", "film_id", name=op.f("pk_cohort_film_stats")),
    )
    op.create_index(op.f("ix_cohort_film_stats_film_id"), "cohort_film_stats", ["film_id"], unique=False)
    op.create_table(
        "cohort_members",
        sa.Column("cohort_id", sa.BigInteger(), nullable=False),
        sa.Column("member_id", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(
            ["cohort_id"], ["cohorts.id"], name=op.f("fk_cohort_members_cohort_id"), ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(
            ["member_id"], ["members.id"], name=op.f("fk_cohort_members_member_id"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("cohort_id", "member_id", name=op.f("pk_cohort_members")),
    )
    op.create_index(op.f("ix_cohort_members_member_id"), "cohort_members", ["member_id"], unique=False)
    op.create_table(
        "film_credits",
        sa.Column("film_id", sa.Integer(), nullable=False),
        sa.Column("role", sa.String(), nullable=False),
        sa.Column("person_id", sa.Integer(), nullable=False),
        sa.Column("position", sa.SmallInteger(), nullable=False),
        sa.CheckConstraint("role IN ('director', 'writer', 'actor')", name=op.f("ck_film_credits_role")),
        sa.ForeignKeyConstraint(["film_id"], ["films.id"], name=op.f("fk_film_credits_film_id"), ondelete="CASCADE"),
        sa.ForeignKeyConstraint(
            ["person_id"], ["people.id"], name=op.f("fk_film_credits_person_id"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("film_id", "role", "person_id", name=op.f("pk_film_credits")),
    )
    op.create_index(op.f("ix_film_credits_person_id"), "film_credits", ["person_id"], unique=False)
    op.create_table(
        "film_histograms",
        sa.Column("film_id", sa.Integer(), nullable=False),
        sa.Column("counts", sa.ARRAY(sa.Integer()), nullable=False),
        sa.Column("average", sa.Double(), nullable=True),
        sa.Column("rating_count", sa.Integer(), nullable=False),
        sa.Column("fetched_at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint("cardinality(counts) = 10", name=op.f("ck_film_histograms_ten_counts")),
        sa.ForeignKeyConstraint(["film_id"], ["films.id"], name=op.f("fk_film_histograms_film_id"), ondelete="CASCADE"),
        sa.PrimaryKeyConstraint("film_id", name=op.f("pk_film_histograms")),
    )
    op.create_table(
        "film_metadata_sync",
        sa.Column("film_id", sa.Integer(), nullable=False),
        sa.Column("kind", sa.String(), nullable=False),
        sa.Column("status", sa.String(), server_default="pending", nullable=False),
        sa.Column("attempts", sa.Integer(), server_default="0", nullable=False),
        sa.Column("next_attempt_at", sa.DateTime(timezone=True), server_default=sa.text("now()"), nullable=False),
        sa.Column("error", sa.String(), nullable=True),
        sa.CheckConstraint(
            "status IN ('pending', 'fetched', 'failed', 'absent')", name=op.f("ck_film_metadata_sync_status")
        ),
        sa.ForeignKeyConstraint(
            ["film_id"], ["films.id"], name=op.f("fk_film_metadata_sync_film_id"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("film_id", "kind", name=op.f("pk_film_metadata_sync")),
    )
    op.create_index(
        "ix_film_metadata_sync_due",
        "film_metadata_sync",
        ["kind", "next_attempt_at"],
        unique=False,
        postgresql_where=sa.text("status IN ('pending', 'failed')"),
    )
    op.create_table(
        "film_rankings",
        sa.Column("cohort_id", sa.BigInteger(), nullable=False),
        sa.Column("strategy", sa.String(), nullable=False),
        sa.Column("film_id", sa.Integer(), nullable=False),
        sa.Column("score", sa.Float(), nullable=False),
        sa.Column("rank", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(
            ["cohort_id"], ["cohorts.id"], name=op.f("fk_film_rankings_cohort_id"), ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(["film_id"], ["films.id"], name=op.f("fk_film_rankings_film_id"), ondelete="CASCADE"),
        sa.PrimaryKeyConstraint("cohort_id", "strategy", "film_id", name=op.f("pk_film_rankings")),
    )
    op.create_index(op.f("ix_film_rankings_film_id"), "film_rankings", ["film_id"], unique=False)
    op.create_table(
        "film_slugs",
        sa.Column("slug", sa.String(), nullable=False),
        sa.Column("film_id", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(["film_id"], ["films.id"], name=op.f("fk_film_slugs_film_id"), ondelete="CASCADE"),
        sa.PrimaryKeyConstraint("slug", name=op.f("pk_film_slugs")),
    )
    op.create_index(op.f("ix_film_slugs_film_id"), "film_slugs", ["film_id"], unique=False)
    op.create_table(
        "follows",
        sa.Column("follower_id", sa.Integer(), nullable=False),
        sa.Column("followee_id", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(
            ["followee_id"], ["members.id"], name=op.f("fk_follows_followee_id"), ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(
            ["follower_id"], ["members.id"], name=op.f("fk_follows_follower_id"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("follower_id", "followee_id", name=op.f("pk_follows")),
    )
    op.create_index(op.f("ix_follows_followee_id"), "follows", ["followee_id"], unique=False)
    op.create_table(
        "listings",
        sa.Column("member_id", sa.Integer(), nullable=False),
        sa.Column("kind", sa.String(), nullable=False),
        sa.Column("run_id", sa.BigInteger(), nullable=True),
        sa.Column("observed_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("found", sa.Integer(), nullable=True),
        sa.Column("error", sa.String(), nullable=True),
        sa.ForeignKeyConstraint(["member_id"], ["members.id"], name=op.f("fk_listings_member_id"), ondelete="CASCADE"),
        sa.PrimaryKeyConstraint("member_id", "kind", name=op.f("pk_listings")),
    )
    op.create_table(
        "member_vectors",
        sa.Column("member_id", sa.Integer(), nullable=False),
        sa.Column("film_ids", sa.LargeBinary(), nullable=False),
        sa.Column("ratings", sa.LargeBinary(), nullable=False),
        sa.Column("flags", sa.LargeBinary(), nullable=False),
        sa.Column("version", sa.Integer(), server_default="1", nullable=False),
        sa.ForeignKeyConstraint(
            ["member_id"], ["members.id"], name=op.f("fk_member_vectors_member_id"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("member_id", name=op.f("pk_member_vectors")),
    )
    op.create_table(
        "rating_events",
        sa.Column("id", sa.BigInteger(), sa.Identity(always=False), nullable=False),
        sa.Column("member_id", sa.Integer(), nullable=False),
        sa.Column("film_id", sa.Integer(), nullable=False),
        sa.Column("facet", sa.String(), nullable=False),
        sa.Column("before", sa.SmallInteger(), nullable=True),
        sa.Column("after", sa.SmallInteger(), nullable=True),
        sa.Column("source", sa.String(), nullable=False),
        sa.Column("observed_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["film_id"], ["films.id"], name=op.f("fk_rating_events_film_id")),
        sa.ForeignKeyConstraint(
            ["member_id"], ["members.id"], name=op.f("fk_rating_events_member_id"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_rating_events")),
    )
    op.create_index(
        "ix_rating_events_member_id_observed_at", "rating_events", ["member_id", "observed_at"], unique=False
    )
    op.create_table(
        "sync_runs",
        sa.Column("id", sa.BigInteger(), sa.Identity(always=False), nullable=False),
        sa.Column("cohort_id", sa.BigInteger(), nullable=True),
        sa.Column("kind", sa.String(), nullable=False),
        sa.Column("status", sa.String(), server_default="queued", nullable=False),
        sa.Column("error", sa.String(), nullable=True),
        sa.Column("created_at", sa.DateTime(timezone=True), server_default=sa.text("now()"), nullable=False),
        sa.Column("started_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("finished_at", sa.DateTime(timezone=True), nullable=True),
        sa.CheckConstraint(
            "status IN ('queued', 'running', 'succeeded', 'failed', 'paused')", name=op.f("ck_sync_runs_status")
        ),
        sa.ForeignKeyConstraint(["cohort_id"], ["cohorts.id"], name=op.f("fk_sync_runs_cohort_id"), ondelete="CASCADE"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_sync_runs")),
    )
    op.create_index(
        "uq_sync_runs_one_open_per_cohort",
        "sync_runs",
        ["cohort_id"],
        unique=True,
        postgresql_where=sa.text("status IN ('queued', 'running')"),
    )
    op.create_table(
        "listing_pages",
        sa.Column("run_id", sa.BigInteger(), nullable=False),
        sa.Column("member_id", sa.Integer(), nullable=False),
        sa.Column("kind", sa.String(), nullable=False),
        sa.Column("page", sa.Integer(), nullable=False),
        sa.Column("film_ids", sa.ARRAY(sa.Integer()), nullable=False),
        sa.Column("ratings", sa.ARRAY(sa.SmallInteger()), nullable=False),
        sa.Column("liked", sa.ARRAY(sa.Boolean()), nullable=False),
        sa.Column("next_url", sa.String(), nullable=True),
        sa.Column("observed_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["member_id"], ["members.id"], name=op.f("fk_listing_pages_member_id"), ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(["run_id"], ["sync_runs.id"], name=op.f("fk_listing_pages_run_id"), ondelete="CASCADE"),
        sa.PrimaryKeyConstraint("run_id", "member_id", "kind", "page", name=op.f("pk_listing_pages")),
    )
    op.create_table(
        "sync_steps",
        sa.Column("run_id", sa.BigInteger(), nullable=False),
        sa.Column("name", sa.String(), nullable=False),
        sa.Column("part", sa.Integer(), server_default="0", nullable=False),
        sa.Column("status", sa.String(), server_default="pending", nullable=False),
        sa.Column("attempts", sa.Integer(), server_default="0", nullable=False),
        sa.Column(
            "arguments", postgresql.JSONB(astext_type=sa.Text()), server_default=sa.text("'{}'::jsonb"), nullable=False
        ),
        sa.Column(
            "detail", postgresql.JSONB(astext_type=sa.Text()), server_default=sa.text("'{}'::jsonb"), nullable=False
        ),
        sa.Column("error", sa.String(), nullable=True),
        sa.Column("started_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("finished_at", sa.DateTime(timezone=True), nullable=True),
        sa.CheckConstraint(
            "status IN ('pending', 'running', 'succeeded', 'failed')", name=op.f("ck_sync_steps_status")
        ),
        sa.ForeignKeyConstraint(["run_id"], ["sync_runs.id"], name=op.f("fk_sync_steps_run_id"), ondelete="CASCADE"),
        sa.PrimaryKeyConstraint("run_id", "name", "part", name=op.f("pk_sync_steps")),
    )


def downgrade() -> None:
    op.drop_table("sync_steps")
    op.drop_table("listing_pages")
    op.drop_index(
        "uq_sync_runs_one_open_per_cohort",
        table_name="sync_runs",
        postgresql_where=sa.text("status IN ('queued', 'running')"),
    )
    op.drop_table("sync_runs")
    op.drop_index("ix_rating_events_member_id_observed_at", table_name="rating_events")
    op.drop_table("rating_events")
    op.drop_table("member_vectors")
    op.drop_table("listings")
    op.drop_index(op.f("ix_follows_followee_id"), table_name="follows")
    op.drop_table("follows")
    op.drop_index(op.f("ix_film_slugs_film_id"), table_name="film_slugs")
    op.drop_table("film_slugs")
    op.drop_index(op.f("ix_film_rankings_film_id"), table_name="film_rankings")
    op.drop_table("film_rankings")
    op.drop_index(
        "ix_film_metadata_sync_due",
        table_name="film_metadata_sync",
        postgresql_where=sa.text("status IN ('pending', 'failed')"),
    )
    op.drop_table("film_metadata_sync")
    op.drop_table("film_histograms")
    op.drop_index(op.f("ix_film_credits_person_id"), table_name="film_credits")
    op.drop_table("film_credits")
    op.drop_index(op.f("ix_cohort_members_member_id"), table_name="cohort_members")
    op.drop_table("cohort_members")
    op.drop_index(op.f("ix_cohort_film_stats_film_id"), table_name="cohort_film_stats")
    op.drop_table("cohort_film_stats")
    op.drop_table("tmdb_payloads")
    op.drop_index(op.f("ix_ratings_film_id"), table_name="ratings")
    op.drop_table("ratings")
    op.drop_table("people")
    op.drop_table("members")
    op.drop_index("ix_films_tmdb", table_name="films")
    op.drop_table("films")
    op.drop_table("crawl_requests")
    op.drop_table("cohorts")
