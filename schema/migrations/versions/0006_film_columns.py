"""film columns, rated years, shapes and ranking insights."""

import sqlalchemy as sa
from alembic import op

revision = "0006"
down_revision = "0005"
branch_labels = None
depends_on = None

_DERIVED = ("cohort_film_stats", "film_rankings")


def upgrade() -> None:
    op.create_table(
        "film_columns",
        sa.Column("film_id", sa.Integer(), nullable=False),
        sa.Column("title", sa.String(), nullable=False),
        sa.Column("release_year", sa.SmallInteger(), nullable=True),
        sa.Column("runtime_minutes", sa.Integer(), nullable=True),
        sa.Column("global_average", sa.Float(), nullable=True),
        sa.Column("genres", sa.ARRAY(sa.Text()), nullable=False),
        sa.Column("countries", sa.ARRAY(sa.Text()), nullable=False),
        sa.Column("languages", sa.ARRAY(sa.Text()), nullable=False),
        sa.Column("directors", sa.LargeBinary(), nullable=False),
        sa.Column("writers", sa.LargeBinary(), nullable=False),
        sa.Column("actors", sa.LargeBinary(), nullable=False),
        sa.Column(
            "changed_in", sa.BigInteger(), server_default=sa.text("pg_current_xact_id()::text::bigint"), nullable=False
        ),
        sa.ForeignKeyConstraint(["film_id"], ["films.id"], name=op.f("fk_film_columns_film_id"), ondelete="CASCADE"),
        sa.PrimaryKeyConstraint("film_id", name=op.f("pk_film_columns")),
    )
    op.create_index(op.f("ix_film_columns_changed_in"), "film_columns", ["changed_in"], unique=False)
    op.execute(
        """
        INSERT INTO film_columns (film_id, title, release_year, runtime_minutes, global_average, genres, countries,
                                  languages, directors, writers, actors)
        SELECT f.id, f.title, f.release_year, f.runtime_minutes,
               (SELECT sum(n * count)::float8 / nullif(sum(count), 0)::float8 / 2
                FROM film_histograms h, unnest(h.counts) WITH ORDINALITY AS bucket(count, n) WHERE h.film_id = f.id),
               f.genres, f.countries, f.languages,
               coalesce(string_agg(int4send(c.person_id), ''::bytea ORDER BY c.person_id)
                        FILTER (WHERE c.role = 'director'), ''),
               coalesce(string_agg(int4send(c.person_id), ''::bytea ORDER BY c.person_id)
                        FILTER (WHERE c.role = 'writer'), ''),
               coalesce(string_agg(int4send(c.person_id), ''::bytea ORDER BY c.person_id)
                        FILTER (WHERE c.role = 'actor'), '')
        FROM films f LEFT JOIN film_credits c ON c.film_id = f.id GROUP BY f.id
        """
    )
    op.create_index("ix_people_lower_name", "people", [sa.text("lower(name)")], unique=False)

    op.add_column("member_vectors", sa.Column("rated_years", sa.LargeBinary(), nullable=True))
    op.execute(
        """
        UPDATE member_vectors v SET rated_years = coalesce(
            (SELECT string_agg(set_byte('\\x00', 0, greatest(0, least(255, coalesce(extract(year FROM r.rated_at)::int
                                                                                     - 1900, 0)))),
                               ''::bytea ORDER BY r.film_id)
             FROM ratings r WHERE r.member_id = v.member_id), '')
        """
    )
    op.alter_column("member_vectors", "rated_years", nullable=False)
    # A member who had taken everything back was left with a rating and a flag of no film.
    op.execute("UPDATE member_vectors SET ratings = '', flags = '', version = version + 1 WHERE film_ids = ''")

    # What a sync writes down anew, and slowly with a foreign key to look up for each of 250,000 rows.
    for table in _DERIVED:
        op.execute(f"TRUNCATE {table}")
        op.drop_index(op.f(f"ix_{table}_film_id"), table_name=table)
        for column in ("cohort_id", "film_id"):
            op.drop_constraint(op.f(f"fk_{table}_{column}"), table, type_="foreignkey")
    op.add_column("cohort_film_stats", sa.Column("agreement", sa.Float(), nullable=True))
    op.add_column("cohort_film_stats", sa.Column("shape", sa.String(), nullable=False))
    op.create_table(
        "ranking_insights",
        sa.Column("cohort_id", sa.BigInteger(), nullable=False),
        sa.Column("film_id", sa.Integer(), nullable=False),
        sa.Column("rating_percentile", sa.Float(), nullable=True),
        sa.Column("watcher_percentile", sa.Float(), nullable=False),
        sa.Column("rating_z", sa.Float(), nullable=True),
        sa.Column("watcher_z", sa.Float(), nullable=False),
        sa.Column("watcher_bucket", sa.SmallInteger(), nullable=False),
        sa.Column("tags", sa.ARRAY(sa.Text()), nullable=False),
        sa.PrimaryKeyConstraint("cohort_id", "film_id", name=op.f("pk_ranking_insights")),
    )


def downgrade() -> None:
    op.drop_table("ranking_insights")
    op.drop_column("cohort_film_stats", "shape")
    op.drop_column("cohort_film_stats", "agreement")
    for table in _DERIVED:
        op.execute(f"TRUNCATE {table}")
        for column, target in (("cohort_id", "cohorts"), ("film_id", "films")):
            op.create_foreign_key(op.f(f"fk_{table}_{column}"), table, target, [column], ["id"], ondelete="CASCADE")
        op.create_index(op.f(f"ix_{table}_film_id"), table, ["film_id"], unique=False)
    op.drop_column("member_vectors", "rated_years")
    op.drop_index("ix_people_lower_name", table_name="people")
    op.drop_table("film_columns")
