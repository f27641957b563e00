"""What published groups showed, held against the body; and the fit that makes the body agree with it."""
