"""How well a group is known: how fresh, how whole, what of its films, and what is still to be asked."""
