"""What every page proves about itself."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class PageInfo:
    """What the page proves about itself.

    `kind` is what the page is, `found` how many records it gave, `total` how many the page says the whole
    listing has. `last_page` is 1 for a listing without pagination and None where the page does not tell. A
    body that is not `whole` is a fragment: it says nothing about what surrounds its container.
    """

    kind: str
    generation: str | None
    url: str
    found: int
    next_url: str | None = None
    last_page: int | None = None
    total: int | None = None
    whole: bool = True
