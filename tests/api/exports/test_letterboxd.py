"""Lists for Letterboxd's importer."""

from api.exports import letterboxd


def test_lists_are_cut_where_the_importer_wants():
    lines = [f"{number},{'é' * number}\r\n" for number in range(40)]
    found = {}
    for number, piece in letterboxd.files(["".join(lines[:25]), "".join(lines[25:])], most=400):
        found.setdefault(number, []).append(piece)
    assert list(found) == list(range(len(found))) and len(found) > 3
    assert all(pieces[0] == letterboxd.header() and len("".join(pieces).encode()) <= 400 for pieces in found.values())
    assert [line for pieces in found.values() for line in pieces[1:]] == lines
