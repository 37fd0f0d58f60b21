"""Typed operations of the API, written by turms: change documents/ and run `turms gen`."""
import builtins
from enum import Enum
from pydantic import BaseModel, Field
from typing import Annotated, AsyncIterator, Literal

class GraphQLDefault:
    """Records a GraphQL field schema default value. The client omits the field so the server applies its own default; this preserves the value for introspection."""

    def __init__(self, value):
        self.value = value

    def __repr__(self):
        return 'GraphQLDefault(' + repr(self.value) + ')'

class UnsetType:
    """Sentinel for arguments the caller did not provide. Such fields are omitted on serialization so the GraphQL server applies its own default."""
    _instance = None

    def __new__(cls):
        if cls._instance is None:
            cls._instance = super().__new__(cls)
        return cls._instance

    def __repr__(self):
        return 'UNSET'

    def __bool__(self):
        return False
UNSET = UnsetType()

class DistributionShape(str, Enum):
    """How ratings are distributed, by van der Eijk's agreement A over whole stars (-1 to 1) and the peaks."""
    TIGHT_CONSENSUS = 'TIGHT_CONSENSUS'
    'Nearly all say the same: A ≥ 0.8.'
    BROAD_AGREEMENT = 'BROAD_AGREEMENT'
    'Most say about the same: A ≥ 0.5.'
    DIVISIVE = 'DIVISIVE'
    'Opinions differ: A < 0.5, without two camps.'
    BIMODAL = 'BIMODAL'
    'Two camps: A < 0.5, two peaks, and a valley of a tenth of the ratings (at least two) between.'
    LOVE_OR_LEAVE = 'LOVE_OR_LEAVE'
    'The camps are far apart: A < 0.5, a quarter gives 2 stars or less, a quarter 4½ or 5.'
    ALL_LIKES = 'ALL_LIKES'
    'Liked, but nobody rated it.'
    TOO_FEW = 'TOO_FEW'
    'Fewer than five ratings.'
    __str__ = str.__str__

class RunStatus(str, Enum):
    """How a run is doing."""
    QUEUED = 'QUEUED'
    'Waits for a worker.'
    RUNNING = 'RUNNING'
    'Under way.'
    SUCCEEDED = 'SUCCEEDED'
    'Done.'
    FAILED = 'FAILED'
    'Given up; `error` says why.'
    PAUSED = 'PAUSED'
    'Stopped by an operator or a refusal; `error` says why.'
    __str__ = str.__str__

class StepStatus(str, Enum):
    """How a step of a run is doing."""
    PENDING = 'PENDING'
    'Its turn has not come.'
    RUNNING = 'RUNNING'
    'Under way.'
    SUCCEEDED = 'SUCCEEDED'
    'Done.'
    FAILED = 'FAILED'
    'Given up; `error` says why.'
    PAUSED = 'PAUSED'
    'Put aside until a host may be asked again.'
    __str__ = str.__str__

class UserErrorCode(str, Enum):
    """What is wrong with what a person entered."""
    INVALID = 'INVALID'
    'It cannot be used; the message says what can.'
    TAKEN = 'TAKEN'
    'Something else of yours has this name.'
    TOO_MANY = 'TOO_MANY'
    'You have as many as one account may have.'
    __str__ = str.__str__

class CohortDefinitionUsernames(BaseModel):
    """These members, by username in any case; at most 10,000."""
    usernames: list[str] = Field(description='These members, by username in any case; at most 10,000.')

class CohortDefinitionFollowing(BaseModel):
    """Everyone whom the member of this username follows."""
    following: str = Field(description='Everyone whom the member of this username follows.')

class CohortDefinitionFollowers(BaseModel):
    """Everyone who follows the member of this username."""
    followers: str = Field(description='Everyone who follows the member of this username.')

class CohortDefinitionList(BaseModel):
    """Who made a list and who likes it; the list as `user/slug`."""
    list: str = Field(description='Who made a list and who likes it; the list as `user/slug`.')

class CohortDefinitionCohort(BaseModel):
    """The members of a saved cohort, by its id."""
    cohort: str = Field(description='The members of a saved cohort, by its id.')

class CohortDefinitionUnion(BaseModel):
    """Everyone who is in any of these."""
    union: list['CohortDefinition'] = Field(description='Everyone who is in any of these.')

class CohortDefinitionIntersection(BaseModel):
    """Everyone who is in all of these."""
    intersection: list['CohortDefinition'] = Field(description='Everyone who is in all of these.')

class CohortDefinitionDifference(BaseModel):
    """Everyone who is in one but not in the other."""
    difference: 'CohortDifference' = Field(description='Everyone who is in one but not in the other.')
CohortDefinition = CohortDefinitionUsernames | CohortDefinitionFollowing | CohortDefinitionFollowers | CohortDefinitionList | CohortDefinitionCohort | CohortDefinitionUnion | CohortDefinitionIntersection | CohortDefinitionDifference

class CohortDifference(BaseModel):
    """Everyone of one cohort who is not in another."""
    of: CohortDefinition = Field(description='Who to start from.')
    minus: CohortDefinition = Field(description='Who to leave out.')

class FilmFilter(BaseModel):
    """Which films to leave; everything given must hold. A film that fails nothing, but of which something asked for is not known yet, is left out and counted in `unknownCount`. Ranges of ratings fail for films that nobody rated."""
    average: 'FloatRange | None' = Field(default=None, description="The cohort's average, in stars.")
    score: 'FloatRange | None' = Field(default=None, description='Score by the chosen ranking, in its unit.')
    rating_percentile: 'FloatRange | None' = Field(alias='ratingPercentile', default=None, description='Standing among the rated films, 0 to 100.')
    watchers: 'IntRange | None' = Field(default=None, description='Members with any reaction.')
    watcher_percentile: 'FloatRange | None' = Field(alias='watcherPercentile', default=None, description='Standing among all films by watchers, 0 to 100.')
    liked_count: 'IntRange | None' = Field(alias='likedCount', default=None, description='Members who liked it.')
    liked_pct: 'FloatRange | None' = Field(alias='likedPct', default=None, description='Per cent of the watchers who liked it, 0 to 100.')
    favorite_count: 'IntRange | None' = Field(alias='favoriteCount', default=None, description='Members who have it among their favourites.')
    favorite_pct: 'FloatRange | None' = Field(alias='favoritePct', default=None, description='Per cent of the watchers who have it among their favourites.')
    divergence: 'FloatRange | None' = Field(default=None, description='Average minus global average, in stars. Unknown while that has not been fetched.')
    absolute_divergence: 'FloatRange | None' = Field(alias='absoluteDivergence', default=None, description='The same without its sign. Unknown while that has not been fetched.')
    standard_deviation: 'FloatRange | None' = Field(alias='standardDeviation', default=None, description='Spread of the ratings, in stars.')
    release_year: 'IntRange | None' = Field(alias='releaseYear', default=None, description='Year of the first release. Unknown while that has not been fetched.')
    recent_years: int | None = Field(alias='recentYears', default=None, description='Released in this year (1) or the so many latest years. Unknown while that has not been fetched.')
    rated_year: 'IntRange | None' = Field(alias='ratedYear', default=None, description="Some member rated it in these years. Unknown when nobody is known to have, but someone's date is missing.")
    runtime: 'IntRange | None' = Field(default=None, description='Length in minutes. Unknown while that has not been fetched.')
    genres: 'NameSet | None' = Field(default=None, description='Genres, in any case. Unknown while that has not been fetched.')
    countries: 'NameSet | None' = Field(default=None, description='Countries of production, in any case. Unknown while that has not been fetched.')
    languages: 'NameSet | None' = Field(default=None, description='Languages spoken, in any case. Unknown while that has not been fetched.')
    directors: 'NameSet | None' = Field(default=None, description='Directors by name or TMDB person id. Unknown while that has not been fetched.')
    writers: 'NameSet | None' = Field(default=None, description='Writers by name or TMDB person id. Unknown while that has not been fetched.')
    actors: 'NameSet | None' = Field(default=None, description='Leading actors by name or TMDB person id. Unknown while that has not been fetched.')
    shapes: list[DistributionShape] | None = Field(default=None, description='Its distribution is one of these.')
    rated_by: 'RatedBy | None' = Field(alias='ratedBy', default=None, description='Rated by some members, of this cohort or not.')
    unseen_by: list[str] | None = Field(alias='unseenBy', default=None, description='None of these members has reacted to it; by username, in any case.')
    in_list: str | None = Field(alias='inList', default=None, description='On this Letterboxd list, "user/slug", as last read.')
    liked_unrated: bool | None = Field(alias='likedUnrated', default=None, description='Whether some member liked it without rating it.')
    search: str | None = Field(default=None, description='Words of the title or original title, or how they begin, in any order; case and accents do not matter. At most 200 characters.')
    include_unknown: Annotated[bool | None, GraphQLDefault('False')] = Field(alias='includeUnknown', default=None, description='Leave films that nothing is known to speak against, too.')
    'Leave films that nothing is known to speak against, too.\nDefault: False'

class FloatRange(BaseModel):
    """A range of numbers; both ends belong to it."""
    min: float | None = Field(default=None, description='Smallest value that belongs; none when left out.')
    max: float | None = Field(default=None, description='Largest value that belongs; none when left out.')

class IntRange(BaseModel):
    """A range of whole numbers; both ends belong to it."""
    min: int | None = Field(default=None, description='Smallest value that belongs; none when left out.')
    max: int | None = Field(default=None, description='Largest value that belongs; none when left out.')

class NameSet(BaseModel):
    """Which names a film must have; all three must hold."""
    any: list[str] | None = Field(default=None, description='At least one of these.')
    all: list[str] | None = Field(default=None, description='All of these.')
    none: list[str] | None = Field(default=None, description='None of these.')

class RatedBy(BaseModel):
    """Films that some members rated. Give either `usernames` or `cohort`."""
    usernames: list[str] | None = Field(default=None, description='These members, in any case.')
    cohort: str | None = Field(default=None, description='The members of a saved cohort.')
    at_least: Annotated[int | None, GraphQLDefault('1')] = Field(alias='atLeast', default=None, description='How many of them, at least; 1 or more.')
    'How many of them, at least; 1 or more.\nDefault: 1'
    rating: FloatRange | None = Field(default=None, description='Only ratings in this range count, in stars; any rating when left out.')

class RankedFilmFilm(BaseModel):
    """A film, or a series that Letterboxd lists. What is null or empty is not known yet."""
    typename: Literal['Film'] = Field(alias='__typename', default='Film')
    slug: str | None = Field(default=None)
    "The film's name in Letterboxd's addresses; null when another film has taken it over."
    title: str
    'Title as Letterboxd shows it.'
    release_year: int | None = Field(default=None, alias='releaseYear')
    'Year of the first release.'

class RankedFilm(BaseModel):
    """What a cohort thinks of a film that at least one of its members has reacted to."""
    typename: Literal['CohortFilm'] = Field(alias='__typename', default='CohortFilm')
    rank: int | None = Field(default=None)
    "Place among all the cohort's films by the chosen ranking, whatever the filter; 1 is best. Null when the ranking has no score for it."
    score: float | None = Field(default=None)
    'Score by the chosen ranking, in its unit. Null when it has none, as when nobody rated the film.'
    average: float | None = Field(default=None)
    'Mean rating in stars. Null when nobody rated it.'
    rated_count: int = Field(alias='ratedCount')
    'Members who rated it.'
    shape: DistributionShape
    'The class of the distribution.'
    film: RankedFilmFilm
    'The film.'

    class Meta:
        """Meta class for RankedFilm"""
        document = 'fragment RankedFilm on CohortFilm {\n  rank\n  score\n  average\n  ratedCount\n  shape\n  film {\n    slug\n    title\n    releaseYear\n    __typename\n  }\n  __typename\n}'
        name = 'RankedFilm'
        type = 'CohortFilm'

class TopFilmsCohortFilmsPageInfo(BaseModel):
    """Information to aid in pagination."""
    typename: Literal['PageInfo'] = Field(alias='__typename', default='PageInfo')
    has_next_page: bool = Field(alias='hasNextPage')
    'When paginating forwards, are there more items?'
    end_cursor: str | None = Field(default=None, alias='endCursor')
    'When paginating forwards, the cursor to continue.'

class TopFilmsCohortFilmsEdges(BaseModel):
    """An entry of a list."""
    typename: Literal['CohortFilmEdge'] = Field(alias='__typename', default='CohortFilmEdge')
    node: RankedFilm
    'The entry itself.'

class TopFilmsCohortFilms(BaseModel):
    """One page of a cohort's films."""
    typename: Literal['CohortFilmConnection'] = Field(alias='__typename', default='CohortFilmConnection')
    page_info: TopFilmsCohortFilmsPageInfo = Field(alias='pageInfo')
    'Whether there is more, and from where.'
    edges: list[TopFilmsCohortFilmsEdges]
    'The entries, in order.'

class TopFilmsCohort(BaseModel):
    """A set of members, and what they think of films."""
    typename: Literal['Cohort'] = Field(alias='__typename', default='Cohort')
    films: TopFilmsCohortFilms
    'Films that any member has reacted to. Without `orderBy`, the best score comes first and films that nobody rated come last.'

class TopFilms(BaseModel):
    """No documentation found for this operation."""
    cohort: TopFilmsCohort | None = Field(default=None)
    'A saved cohort; null when there is none with this id that you may see.'

    class Arguments(BaseModel):
        """Arguments for TopFilms """
        cohort: str
        filter: FilmFilter | None = Field(default=None)
        first: int | None = Field(default=None)
        after: str | None = Field(default=None)

    class Meta:
        """Meta class for TopFilms """
        document = 'fragment RankedFilm on CohortFilm {\n  rank\n  score\n  average\n  ratedCount\n  shape\n  film {\n    slug\n    title\n    releaseYear\n    __typename\n  }\n  __typename\n}\n\nquery TopFilms($cohort: ID!, $filter: FilmFilter, $first: Int, $after: String) {\n  cohort(id: $cohort) {\n    films(filter: $filter, first: $first, after: $after) {\n      pageInfo {\n        hasNextPage\n        endCursor\n        __typename\n      }\n      edges {\n        node {\n          ...RankedFilm\n          __typename\n        }\n        __typename\n      }\n      __typename\n    }\n    __typename\n  }\n}'

class BlindSpotsCohortSliceEdges(BaseModel):
    """An entry of a list."""
    typename: Literal['CohortFilmEdge'] = Field(alias='__typename', default='CohortFilmEdge')
    node: RankedFilm
    'The entry itself.'

class BlindSpotsCohortSlice(BaseModel):
    """One page of a cohort's films."""
    typename: Literal['CohortFilmConnection'] = Field(alias='__typename', default='CohortFilmConnection')
    edges: list[BlindSpotsCohortSliceEdges]
    'The entries, in order.'

class BlindSpotsCohort(BaseModel):
    """A set of members, and what they think of films."""
    typename: Literal['Cohort'] = Field(alias='__typename', default='Cohort')
    slice: BlindSpotsCohortSlice
    'Films by a prebuilt question; `Query.slices` shows each as the filter and order it stands for. Cursors are good for `films` with the same filter, order and ranking, too.'

class BlindSpots(BaseModel):
    """No documentation found for this operation."""
    cohort: BlindSpotsCohort | None = Field(default=None)
    'A saved cohort; null when there is none with this id that you may see.'

    class Arguments(BaseModel):
        """Arguments for BlindSpots """
        cohort: str
        member: str
        first: int | None = Field(default=None)

    class Meta:
        """Meta class for BlindSpots """
        document = 'fragment RankedFilm on CohortFilm {\n  rank\n  score\n  average\n  ratedCount\n  shape\n  film {\n    slug\n    title\n    releaseYear\n    __typename\n  }\n  __typename\n}\n\nquery BlindSpots($cohort: ID!, $member: String!, $first: Int) {\n  cohort(id: $cohort) {\n    slice(name: BLIND_SPOTS, member: $member, first: $first) {\n      edges {\n        node {\n          ...RankedFilm\n          __typename\n        }\n        __typename\n      }\n      __typename\n    }\n    __typename\n  }\n}'

class ClosestMembersCohortAlignmentMember(BaseModel):
    """A Letterboxd user whose reactions are known here."""
    typename: Literal['Member'] = Field(alias='__typename', default='Member')
    username: str
    "Unique, lower-case; the name in the member's addresses."

class ClosestMembersCohortAlignment(BaseModel):
    """How much two members agree: over the films both have rated, and by what they like. What cannot be told is null."""
    typename: Literal['Alignment'] = Field(alias='__typename', default='Alignment')
    member: ClosestMembersCohortAlignmentMember
    'The other member.'
    score: float | None = Field(default=None)
    'The cosine, drawn toward what is usual for the member within the cohort, the more so the fewer films they share: -1 to 1.'
    shared: int
    'Films both have rated.'
    matching_pct: float | None = Field(default=None, alias='matchingPct')
    'Per cent of the shared films to which both gave the very same stars, 0 to 100.'

class ClosestMembersCohort(BaseModel):
    """A set of members, and what they think of films."""
    typename: Literal['Cohort'] = Field(alias='__typename', default='Cohort')
    alignment: list[ClosestMembersCohortAlignment]
    'Its members beside one member, who need not be one of them: whose taste is closest, or farthest. Members with no film in common come last in either order. An error when no films are known of the member.'

class ClosestMembers(BaseModel):
    """No documentation found for this operation."""
    cohort: ClosestMembersCohort | None = Field(default=None)
    'A saved cohort; null when there is none with this id that you may see.'

    class Arguments(BaseModel):
        """Arguments for ClosestMembers """
        cohort: str
        username: str
        first: int | None = Field(default=None)

    class Meta:
        """Meta class for ClosestMembers """
        document = 'query ClosestMembers($cohort: ID!, $username: String!, $first: Int) {\n  cohort(id: $cohort) {\n    alignment(username: $username, first: $first) {\n      member {\n        username\n        __typename\n      }\n      score\n      shared\n      matchingPct\n      __typename\n    }\n    __typename\n  }\n}'

class CreateCircleCreateCohortCohort(BaseModel):
    """A set of members, and what they think of films."""
    typename: Literal['Cohort'] = Field(alias='__typename', default='Cohort')
    id: str | None = Field(default=None)
    'Global id; null when the cohort is not saved.'
    label: str
    'What the cohort is called.'
    member_count: int = Field(alias='memberCount')
    'How many members it has.'

class CreateCircleCreateCohortUserErrors(BaseModel):
    """Why a mutation was not done, for the person who asked for it."""
    typename: Literal['UserError'] = Field(alias='__typename', default='UserError')
    code: UserErrorCode
    'What kind of mistake it is.'
    field: str
    'The argument that it is about.'
    message: str
    'What is wrong, in a sentence.'

class CreateCircleCreateCohort(BaseModel):
    """A cohort that was made or changed."""
    typename: Literal['CohortPayload'] = Field(alias='__typename', default='CohortPayload')
    cohort: CreateCircleCreateCohortCohort | None = Field(default=None)
    'The cohort as it is now; null if not done.'
    user_errors: list[CreateCircleCreateCohortUserErrors] = Field(alias='userErrors')
    'Why it was not done; empty when it was.'

class CreateCircle(BaseModel):
    """No documentation found for this operation."""
    create_cohort: CreateCircleCreateCohort = Field(alias='createCohort')
    'Makes a cohort of yours, out of the members known here. Sync it to know more.'

    class Arguments(BaseModel):
        """Arguments for CreateCircle """
        label: str
        definition: CohortDefinition

    class Meta:
        """Meta class for CreateCircle """
        document = 'mutation CreateCircle($label: String!, $definition: CohortDefinition!) {\n  createCohort(label: $label, definition: $definition) {\n    cohort {\n      id\n      label\n      memberCount\n      __typename\n    }\n    userErrors {\n      code\n      field\n      message\n      __typename\n    }\n    __typename\n  }\n}'

class StartSyncSyncCohortRun(BaseModel):
    """One recorded execution: a sync that brings a cohort up to date, a backfill that completes its films, the import of an export that a member handed in, or a crawl by hand."""
    typename: Literal['SyncRun'] = Field(alias='__typename', default='SyncRun')
    id: str
    'Global id.'
    status: RunStatus
    'How it is doing.'

class StartSyncSyncCohortUserErrors(BaseModel):
    """Why a mutation was not done, for the person who asked for it."""
    typename: Literal['UserError'] = Field(alias='__typename', default='UserError')
    message: str
    'What is wrong, in a sentence.'

class StartSyncSyncCohort(BaseModel):
    """A run that was asked for."""
    typename: Literal['RunPayload'] = Field(alias='__typename', default='RunPayload')
    run: StartSyncSyncCohortRun | None = Field(default=None)
    'The run, or the one that is under way for this cohort already; null if not done.'
    user_errors: list[StartSyncSyncCohortUserErrors] = Field(alias='userErrors')
    'Why it was not done; empty when it was.'

class StartSync(BaseModel):
    """No documentation found for this operation."""
    sync_cohort: StartSyncSyncCohort = Field(alias='syncCohort')
    'Has workers bring a cohort up to date: members, reactions, what the films are. Asking again while that is under way gives the same run.'

    class Arguments(BaseModel):
        """Arguments for StartSync """
        cohort: str

    class Meta:
        """Meta class for StartSync """
        document = 'mutation StartSync($cohort: ID!) {\n  syncCohort(id: $cohort) {\n    run {\n      id\n      status\n      __typename\n    }\n    userErrors {\n      message\n      __typename\n    }\n    __typename\n  }\n}'

class ProgressSyncRunProgressSteps(BaseModel):
    """One step of a run: refresh, crawl, enrich, stats or rankings; of an import, import."""
    typename: Literal['SyncStep'] = Field(alias='__typename', default='SyncStep')
    name: str
    'What is done.'
    status: StepStatus
    'How it is doing.'
    done: int
    'How many of its units are done.'
    total: int
    'How many units it has, as far as is known.'
    unit: str
    'What `done` and `total` count.'

class ProgressSyncRunProgress(BaseModel):
    """One recorded execution: a sync that brings a cohort up to date, a backfill that completes its films, the import of an export that a member handed in, or a crawl by hand."""
    typename: Literal['SyncRun'] = Field(alias='__typename', default='SyncRun')
    status: RunStatus
    'How it is doing.'
    error: str | None = Field(default=None)
    'Why it failed. Only those whose run it is, the owner of the cohort or of the import and operators, are told; null for others.'
    steps: list[ProgressSyncRunProgressSteps]
    'Its steps, in the order in which they are taken.'

class Progress(BaseModel):
    """No documentation found for this operation."""
    sync_run_progress: ProgressSyncRunProgress = Field(alias='syncRunProgress')
    'A run as it is now, and again whenever something about it changes; completes when it is over. An error ends it when the run, or your right to see it, is gone.'

    class Arguments(BaseModel):
        """Arguments for Progress """
        run: str

    class Meta:
        """Meta class for Progress """
        document = 'subscription Progress($run: ID!) {\n  syncRunProgress(id: $run) {\n    status\n    error\n    steps {\n      name\n      status\n      done\n      total\n      unit\n      __typename\n    }\n    __typename\n  }\n}'

class Operations:
    """Every operation of this API as a method. Generated by turms.

Each method hands its operation to ``execute``, ``aexecute``, ``subscribe``, ``asubscribe`` of ``self``, which the class this one is mixed into (or a base of it) provides."""

    async def top_films(self, cohort: str, filter: FilmFilter | None | UnsetType=UNSET, first: int | None | UnsetType=UNSET, after: str | None | UnsetType=UNSET) -> TopFilmsCohort | None:
        """TopFilms 

A saved cohort; null when there is none with this id that you may see.

Args:
    cohort (str): No description
    filter (FilmFilter | None, optional): No description. 
    first (int | None, optional): No description. 
    after (str | None, optional): No description. 

Returns:
    TopFilmsCohort | None
"""
        variables: dict[str, builtins.object] = {}
        variables['cohort'] = cohort
        if filter is not UNSET:
            variables['filter'] = filter
        if first is not UNSET:
            variables['first'] = first
        if after is not UNSET:
            variables['after'] = after
        return (await self.aexecute(TopFilms, variables)).cohort

    async def blind_spots(self, cohort: str, member: str, first: int | None | UnsetType=UNSET) -> BlindSpotsCohort | None:
        """BlindSpots 

A saved cohort; null when there is none with this id that you may see.

Args:
    cohort (str): No description
    member (str): No description
    first (int | None, optional): No description. 

Returns:
    BlindSpotsCohort | None
"""
        variables: dict[str, builtins.object] = {}
        variables['cohort'] = cohort
        variables['member'] = member
        if first is not UNSET:
            variables['first'] = first
        return (await self.aexecute(BlindSpots, variables)).cohort

    async def closest_members(self, cohort: str, username: str, first: int | None | UnsetType=UNSET) -> ClosestMembersCohort | None:
        """ClosestMembers 

A saved cohort; null when there is none with this id that you may see.

Args:
    cohort (str): No description
    username (str): No description
    first (int | None, optional): No description. 

Returns:
    ClosestMembersCohort | None
"""
        variables: dict[str, builtins.object] = {}
        variables['cohort'] = cohort
        variables['username'] = username
        if first is not UNSET:
            variables['first'] = first
        return (await self.aexecute(ClosestMembers, variables)).cohort

    async def create_circle(self, label: str, definition: CohortDefinition) -> CreateCircleCreateCohort:
        """CreateCircle 

Makes a cohort of yours, out of the members known here. Sync it to know more.

Args:
    label (str): What to call it: 1 to 120 characters, not just a number.
    definition (CohortDefinition): Which members make it. Those not known here are looked up by the next sync.

Returns:
    CreateCircleCreateCohort
"""
        variables: dict[str, builtins.object] = {}
        variables['label'] = label
        variables['definition'] = definition
        return (await self.aexecute(CreateCircle, variables)).create_cohort

    async def start_sync(self, cohort: str) -> StartSyncSyncCohort:
        """StartSync 

Has workers bring a cohort up to date: members, reactions, what the films are. Asking again while that is under way gives the same run.

Args:
    cohort (str): No description

Returns:
    StartSyncSyncCohort
"""
        variables: dict[str, builtins.object] = {}
        variables['cohort'] = cohort
        return (await self.aexecute(StartSync, variables)).sync_cohort

    async def progress(self, run: str) -> AsyncIterator[ProgressSyncRunProgress]:
        """Progress 

A run as it is now, and again whenever something about it changes; completes when it is over. An error ends it when the run, or your right to see it, is gone.

Args:
    run (str): No description

Returns:
    ProgressSyncRunProgress
"""
        variables: dict[str, builtins.object] = {}
        variables['run'] = run
        async for event in self.asubscribe(Progress, variables):
            yield event.sync_run_progress
CohortDefinitionDifference.model_rebuild()
CohortDefinitionIntersection.model_rebuild()
CohortDefinitionUnion.model_rebuild()
FilmFilter.model_rebuild()