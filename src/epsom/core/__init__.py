"""Floor 1: quantities, faults, the evidence registry and the contract's records."""
