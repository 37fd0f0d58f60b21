"""The GraphQL interface: types, inputs, loaders and limits."""
