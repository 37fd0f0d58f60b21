"""`almanac schema`: the GraphQL schema as text."""

import click


@click.command()
def schema() -> None:
    """Print the GraphQL schema in SDL. The repository keeps a copy in api/schema.graphql.

    Example: almanac schema > api/schema.graphql
    """
    from api.graph import sdl

    click.echo(sdl(), nl=False)
