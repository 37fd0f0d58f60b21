"""Who asks: keys, sign-in links, sessions, and who is let in how often."""
