"""Where the export of a cohort is, and what is in it."""

import csv
import io

from api.graphql.ids import global_id


def path(cohort_id):
    return f"/exports/cohorts/{global_id('Cohort', cohort_id)}.csv"


def rows(response):
    assert response.status_code == 200, response.text
    return list(csv.DictReader(io.StringIO(response.content.decode("utf-8"), newline=""), strict=True))
