"""What spiders have in common: arguments, the way to the database, and how listings and queues are walked."""
