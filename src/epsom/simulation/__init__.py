"""Floor 3: protocols, virtual people, engines, ensembles and their results."""
