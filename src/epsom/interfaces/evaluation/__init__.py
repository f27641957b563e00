"""The body held against published groups: as text, as JSON and as a page."""
