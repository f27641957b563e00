"""One virtual person of a scenario in exchange formats: an SBML model, and an OMEX archive that runs it."""
