"""What the API measures of itself, and how Prometheus reads it."""
