"""film lists."""

import sqlalchemy as sa
from alembic import op

revision = "0002"
down_revision = "0001"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "film_lists",
        sa.Column("id", sa.BigInteger(), sa.Identity(always=False), nullable=False),
        sa.Column("owner_id", sa.Integer(), nullable=False),
        sa.Column("slug", sa.String(), nullable=False),
        sa.Column("title", sa.String(), nullable=True),
        sa.Column("run_id", sa.BigInteger(), nullable=False),
        sa.Column("observed_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["owner_id"], ["members.id"], name=op.f("fk_film_lists_owner_id"), ondelete="CASCADE"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_film_lists")),
        sa.UniqueConstraint("owner_id", "slug", name=op.f("uq_film_lists_owner_id_slug")),
    )
    op.create_table(
        "film_list_entries",
        sa.Column("list_id", sa.BigInteger(), nullable=False),
        sa.Column("film_id", sa.Integer(), nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(
            ["film_id"], ["films.id"], name=op.f("fk_film_list_entries_film_id"), ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(
            ["list_id"], ["film_lists.id"], name=op.f("fk_film_list_entries_list_id"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("list_id", "film_id", name=op.f("pk_film_list_entries")),
    )
    op.create_index(op.f("ix_film_list_entries_film_id"), "film_list_entries", ["film_id"], unique=False)
    op.create_table(
        "film_list_likes",
        sa.Column("list_id", sa.BigInteger(), nullable=False),
        sa.Column("member_id", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(
            ["list_id"], ["film_lists.id"], name=op.f("fk_film_list_likes_list_id"), ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(
            ["member_id"], ["members.id"], name=op.f("fk_film_list_likes_member_id"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("list_id", "member_id", name=op.f("pk_film_list_likes")),
    )
    op.create_index(op.f("ix_film_list_likes_member_id"), "film_list_likes", ["member_id"], unique=False)


def downgrade() -> None:
    op.drop_index(op.f("ix_film_list_likes_member_id"), table_name="film_list_likes")
    op.drop_table("film_list_likes")
    op.drop_index(op.f("ix_film_list_entries_film_id"), table_name="film_list_entries")
    op.drop_table("film_list_entries")
    op.drop_table("film_lists")
