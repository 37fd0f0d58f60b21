"""The dashboard is for operators."""

import pytest

from tests.api.conftest import Api
from tests.api.tenants.roles import ROLES, headers


@pytest.mark.parametrize("path", ["/ops/rq/", "/ops/rq/queue/crawl/queued/empty"])
def test_the_dashboard_is_for_operators(world, database, people, path):
    sent = {role: headers(people, role) for role in ROLES}
    sent["led by another site"] = people["operator"].cookie | {"sec-fetch-site": "cross-site"}

    async def work(http):
        return {role: (await http.get(path, headers=each)).status_code for role, each in sent.items()}

    found = Api(database).use(work, client=("192.0.2.7", 1))
    may = {"operator key": 503, "operator session": 503}  # there are no queues here
    assert found == dict.fromkeys(sent, 403) | may
