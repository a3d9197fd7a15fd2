"""Writers: one module per file format, each with `write(rendering, path)`."""
