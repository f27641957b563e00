"""Floor 2: organs as fluxes, effects, symptoms as hazards, the assembled body."""
