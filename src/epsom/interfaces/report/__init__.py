"""Reports: one HTML file each, with everything inside and nothing fetched."""
