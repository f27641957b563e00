"""The page and the HTTP API: the same answers as the command line, for people who open no terminal."""
