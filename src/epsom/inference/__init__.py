"""Floor 4: evidence, weights, causes."""
