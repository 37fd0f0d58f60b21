"""The `almanac` command and the servers it brings along; it composes the other packages, none imports it."""
