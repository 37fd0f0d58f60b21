"""Everyone who may ask, with which credential, and how all of them are tried."""

import json

from api.graphql.ids import global_id
from tests.api.conftest import JSON

SEES = {"owner read", "owner write", "owner session", "operator key", "operator session"}
CHANGES = SEES - {"owner read"}
STRANGERS = {"nobody", "other read", "other write", "other session", "operator read", "operator write"}
ROLES = sorted(SEES | STRANGERS)


def headers(people, role):
    """What someone sends along. An operator's key is the one of scope "operator"."""
    if role == "nobody":
        return {}
    name, _, credential = role.partition(" ")
    if credential == "session":
        return people[name].cookie
    return people[name].bearer("operator" if credential == "key" else credential)


def names(cohort, run, key, filter):
    return {
        "cohort": global_id("Cohort", cohort),
        "number": str(cohort),
        "run": global_id("SyncRun", run),
        "key": global_id("ApiKey", key),
        "filter": global_id("SavedFilter", filter),
    }


def ask_all(api, documents, variables, sent):
    """The answers to documents, each with those of the variables that it names, of one application."""

    async def work(http):
        answers = {}
        for name, document in documents.items():
            given = {each: value for each, value in variables.items() if f"${each}:" in document}
            body = json.dumps({"query": document, "variables": given})
            answers[name] = (await http.post("/graphql", content=body, headers={**JSON, **sent})).json()
        return answers

    return api.use(work)


def code(answer):
    return answer["errors"][0]["extensions"]["code"] if "errors" in answer else None
