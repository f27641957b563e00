"""Floor 3: protocols, virtual people, engines, ensembles and their results.

`run` is the only entry to a simulation.
"""

from epsom.simulation.study import Options, run

__all__ = ["Options", "run"]
