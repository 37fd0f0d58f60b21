"""Lists of films: what is on them, and who stands behind them."""

from datetime import datetime

from sqlalchemy import BigInteger, ForeignKey, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from schema.models.base import Base, BigId


class FilmList(Base):
    """A member's list, as last read in whole."""

    __tablename__ = "film_lists"
    __table_args__ = (UniqueConstraint("owner_id", "slug"),)

    id: Mapped[BigId]
    owner_id: Mapped[int] = mapped_column(ForeignKey("members.id", ondelete="CASCADE"))
    slug: Mapped[str] = mapped_column(doc="lower-case; with the owner's name it makes the list's address")
    title: Mapped[str | None]
    run_id: Mapped[int] = mapped_column(BigInteger, doc="the run that read it last")
    observed_at: Mapped[datetime]


class FilmListEntry(Base):
    """A film's place on a list, from 1."""

    __tablename__ = "film_list_entries"

    list_id: Mapped[int] = mapped_column(ForeignKey("film_lists.id", ondelete="CASCADE"), primary_key=True)
    film_id: Mapped[int] = mapped_column(ForeignKey("films.id", ondelete="CASCADE"), primary_key=True, index=True)
    position: Mapped[int]


class FilmListLike(Base):
    """A member who likes a list."""

    __tablename__ = "film_list_likes"

    list_id: Mapped[int] = mapped_column(ForeignKey("film_lists.id", ondelete="CASCADE"), primary_key=True)
    member_id: Mapped[int] = mapped_column(ForeignKey("members.id", ondelete="CASCADE"), primary_key=True, index=True)
