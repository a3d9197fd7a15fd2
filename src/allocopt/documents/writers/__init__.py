"""Writers: each has `write(rendering, path)`, or a `write_…` for each format of several."""
