"""The GraphQL type Film."""

from datetime import date
from enum import Enum

import strawberry

from api.graphql.context import Info
from api.graphql.ids import global_id
from api.graphql.types.person import Person
from schema import addresses, attribution
from schema.insights.films import FilmRow


@strawberry.enum(description="What TMDB takes a title for; series and specials are on Letterboxd too.")
class TmdbType(Enum):
    MOVIE = strawberry.enum_value("movie", description="A film: themoviedb.org/movie/…")
    TV = strawberry.enum_value("tv", description="A series: themoviedb.org/tv/…")


@strawberry.enum(description="What told which title of TMDB a film is, from the least trusted to the most.")
class IdentitySource(Enum):
    SEARCH = strawberry.enum_value("search", description="TMDB's search by title and year, and no other film fits.")
    WIKIDATA = strawberry.enum_value("wikidata", description="Wikidata's statements about the slug.")
    CATALOGUE = strawberry.enum_value("catalogue", description="A list of films that an operator imported.")
    FEED = strawberry.enum_value("feed", description="The feed of a member.")
    PAGE = strawberry.enum_value("page", description="The film's page at Letterboxd.")
    MANUAL = strawberry.enum_value("manual", description="An operator, by hand.")


@strawberry.type(description="A film, or a series that Letterboxd lists. What is null or empty is not known yet.")
class Film:
    id: strawberry.ID = strawberry.field(description="Global id; stays when the slug changes.")
    slug: str | None = strawberry.field(
        description="The film's name in Letterboxd's addresses; null when another film has taken it over."
    )
    letterboxd_id: int | None = strawberry.field(description="Letterboxd's number of the film.")
    title: str = strawberry.field(description="Title as Letterboxd shows it.")
    original_title: str | None = strawberry.field(description="Title in the original language.")
    release_year: int | None = strawberry.field(description="Year of the first release.")
    release_date: date | None = strawberry.field(description="Day of the first release.")
    runtime_minutes: int | None = strawberry.field(description="Length in minutes.")
    tmdb_id: int | None = strawberry.field(description="TMDB's number, unique within `tmdbType`.")
    tmdb_type: TmdbType | None = strawberry.field(description="What TMDB takes it for.")
    imdb_id: str | None = strawberry.field(description='IMDb\'s id, such as "tt0062622".')
    identified_by: IdentitySource | None = strawberry.field(
        description="What told `tmdbId`, or that TMDB has no such title; null when neither is known."
    )
    poster_url: str | None = strawberry.field(description="Address of the poster.")
    primary_director: str | None = strawberry.field(description="Name of the director billed first.")
    collection: str | None = strawberry.field(description="Name of the TMDB collection it belongs to.")
    genres: list[str] = strawberry.field(description="Names of its genres, as TMDB has them.")
    countries: list[str] = strawberry.field(description="Countries that produced it, as TMDB has them.")
    languages: list[str] = strawberry.field(description="Languages spoken in it, as TMDB has them.")
    key: strawberry.Private[int]

    @strawberry.field(description="Slugs that it had before, or has lost, by name; each still leads here.")
    async def former_slugs(self, info: Info) -> list[str]:
        return await info.context.load.former_slugs_by_film.load(self.key) or []

    @strawberry.field(
        description="Its address at Letterboxd: the short one, which stays when the slug changes, if `letterboxdId` is"
        " known. Null without number and slug."
    )
    def letterboxd_uri(self) -> str | None:
        return addresses.letterboxd(self.letterboxd_id, self.slug)

    @strawberry.field(description="What to say wherever this film's data is shown: sentences, for people.")
    def attribution(self) -> list[str]:
        by = self.identified_by.value if self.identified_by else None
        return attribution.of_film(on_tmdb=self.tmdb_id is not None, identified_by=by)

    @strawberry.field(description="Directors in order of billing.")
    async def directors(self, info: Info) -> list[Person]:
        return await self._credited(info, "director")

    @strawberry.field(description="Writers in order of billing.")
    async def writers(self, info: Info) -> list[Person]:
        return await self._credited(info, "writer")

    @strawberry.field(description="Leading actors in order of billing.")
    async def cast(self, info: Info) -> list[Person]:
        return await self._credited(info, "actor")

    async def _credited(self, info: Info, role: str) -> list[Person]:
        credits = await info.context.load.credits_by_film.load(self.key) or []
        return [Person(tmdb_id=credit.tmdb_id, name=credit.name) for credit in credits if credit.role == role]

    @classmethod
    async def load(cls, info: Info, film_id: int) -> "Film":
        """The film that something here is about, and that must be there, therefore."""
        row = await info.context.load.film_by_id.load(film_id)
        if row is None:
            raise LookupError(f"film {film_id} is spoken of but has no row")
        return cls.of(row)

    @classmethod
    def of(cls, row: FilmRow) -> "Film":
        """The film in a row; the same for the same row, because rows are held and shown again and again."""
        made = _made.get(row.id)
        if made is not None and made[0] is row:
            return made[1]
        film = cls(
            id=global_id("Film", row.id),
            slug=row.slug,
            letterboxd_id=row.letterboxd_id,
            title=row.title,
            original_title=row.original_title,
            release_year=row.release_year,
            release_date=row.release_date,
            runtime_minutes=row.runtime_minutes,
            tmdb_id=row.tmdb_id,
            tmdb_type=TmdbType(row.tmdb_type) if row.tmdb_type else None,
            imdb_id=row.imdb_id,
            identified_by=IdentitySource(row.identified_by) if row.identified_by else None,
            poster_url=row.poster_url,
            primary_director=row.primary_director,
            collection=row.collection,
            genres=row.genres,
            countries=row.countries,
            languages=row.languages,
            key=row.id,
        )
        if len(_made) >= _MOST_MADE:
            _made.clear()
        _made[row.id] = row, film
        return film


_MOST_MADE = 20_000  # as many as rows are held
_made: dict[int, tuple[FilmRow, Film]] = {}
