"""The flux builder: how an organ is written down, and the four ways it is read."""
