"""The peer of the crawl benchmark: a spider that only downloads."""
