"""Other solvers, each at its best settings: ``run(problem, relative) -> Run`` in a module of its name."""
