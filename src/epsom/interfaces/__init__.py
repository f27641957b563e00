"""Floor 6: the command line, reports and figures."""
