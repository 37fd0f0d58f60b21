"""A cohort's films as files: the same numbers as GraphQL's, by the same code for the server and the command line."""
