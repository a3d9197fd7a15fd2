"""Local search: better plans of a compiled model by exchange and by neighbourhoods."""
