"""Multipart requests: one operation, and one file that it takes as a variable.

After https://github.com/jaydenseric/graphql-multipart-request-spec, without batches and lists of files.
"""

import json
from typing import Any

from cross_web import HTTPException
from starlette.datastructures import FormData, Headers, UploadFile
from starlette.requests import Request

_MOST_BYTES = 200_000  # of the operation and its variables


def is_multipart(headers: Headers) -> bool:
    """Whether a request with these header fields says that it is one."""
    return headers.get("content-type", "").lower().startswith("multipart/form-data")


async def read(request: Request) -> None:
    """Reads the request, its file to disk; `operation` then finds it there. `Request.close` removes the file."""
    await request.form(max_files=1, max_fields=2, max_part_size=_MOST_BYTES)


def operation(form: FormData) -> dict[str, Any]:
    """The operation with its file among the variables; an HTTPException names what is wrong."""
    asked, places = (_object(form, name) for name in ("operations", "map"))
    files = {name: part for name, part in form.items() if isinstance(part, UploadFile)}
    if len(files) != 1 or list(places) != list(files):
        raise HTTPException(400, "map: it must name one part of the request, a file.")
    ((part, paths),) = places.items()
    variables = asked.get("variables") or {}
    path = paths[0] if isinstance(paths, list) and len(paths) == 1 else None
    root, _, variable = path.partition(".") if isinstance(path, str) else ("", "", "")
    if root != "variables" or not isinstance(variables, dict) or variable not in variables:
        raise HTTPException(400, 'map: give the file one place, a variable of "operations", such as "variables.file".')
    return {**asked, "variables": {**variables, variable: files[part]}}


def _object(form: FormData, name: str) -> dict[str, Any]:
    text = form.get(name)
    try:
        found = json.loads(text) if isinstance(text, str) else None
    except (ValueError, RecursionError):
        found = None
    if not isinstance(found, dict):
        raise HTTPException(400, f"{name}: this part of the request must be a JSON object.")
    return found
