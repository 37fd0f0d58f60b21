"""Readings say which way they went, and erased members stay out."""

import sqlalchemy as sa
from alembic import op

revision = "0004"
down_revision = "0003"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "erased_members",
        sa.Column("salt", sa.String(), nullable=False),
        sa.Column("digest", sa.String(), nullable=False),
        sa.Column("erased_at", sa.DateTime(timezone=True), server_default=sa.text("now()"), nullable=False),
        sa.PrimaryKeyConstraint("salt", "digest", name=op.f("pk_erased_members")),
    )
    op.add_column("listing_pages", sa.Column("way", sa.String(), server_default="whole", nullable=False))
    op.add_column("listings", sa.Column("way", sa.String(), nullable=True))
    op.add_column("listings", sa.Column("swept_at", sa.DateTime(timezone=True), nullable=True))
    # Until now every reading was a whole one.
    op.execute("UPDATE listings SET way = 'whole', swept_at = observed_at WHERE observed_at IS NOT NULL")


def downgrade() -> None:
    op.drop_column("listings", "swept_at")
    op.drop_column("listings", "way")
    op.drop_column("listing_pages", "way")
    op.drop_table("erased_members")
