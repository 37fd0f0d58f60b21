"""The one error of the embedded services."""

import click


class ServiceError(click.ClickException):
    """A server cannot be started, reached or stopped; the message is one line and says what to do."""
