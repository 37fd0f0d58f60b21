"""Who belongs to several groups at once, so that one statement can answer for all of them."""

from collections.abc import Sequence

from schema.insights.groups import AdHocGroup, Group, SavedGroup

# Rows (place, member_id): a group's place among those that `bound` was given, and a member of it.
MEMBERSHIPS = """
    SELECT s.place, c.member_id FROM cohort_members c
    JOIN unnest(CAST(:saved_places AS int[]), CAST(:saved AS bigint[])) s (place, cohort_id) USING (cohort_id)
    UNION ALL SELECT place, member_id FROM unnest(CAST(:places AS int[]), CAST(:members AS int[])) a (place, member_id)
"""
# The same with the films that any of a group's members has reacted to, each once.
FILMS = f"SELECT DISTINCT m.place, r.film_id FROM ({MEMBERSHIPS}) m JOIN ratings r USING (member_id)"


def bound(groups: Sequence[Group]) -> dict[str, list[int]]:
    """The values that MEMBERSHIPS and FILMS refer to."""
    saved = [(place, each.cohort_id) for place, each in enumerate(groups) if isinstance(each, SavedGroup)]
    loose = [
        (place, member)
        for place, each in enumerate(groups)
        if isinstance(each, AdHocGroup)
        for member in sorted(each.member_ids)
    ]
    return {
        "saved_places": [place for place, _ in saved],
        "saved": [cohort for _, cohort in saved],
        "places": [place for place, _ in loose],
        "members": [member for _, member in loose],
    }
