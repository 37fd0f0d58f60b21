"""The HTTP side: GraphQL over cohorts and films, its pages, and the queue dashboard for operators."""
