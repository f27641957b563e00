"""The fast engine: kernels generated from a body's equations, many people side by side in vector lanes."""
