"""One file a spider: which URLs, in which order, when to stop."""
