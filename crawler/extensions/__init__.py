"""What surrounds a crawl: the watch on its parent, and its report."""
