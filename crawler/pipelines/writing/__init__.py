"""What storing each kind of observation means: a room for what members say, and one for what films are."""

from crawler.pipelines.writing.dispatch import write
from crawler.pipelines.writing.films import write_searches, write_titles
from crawler.pipelines.writing.members import Known, write_listings

__all__ = ["Known", "write", "write_listings", "write_searches", "write_titles"]
