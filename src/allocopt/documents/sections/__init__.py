"""The sections of the plan documents, one module each: plain dicts of text, tables and charts."""
