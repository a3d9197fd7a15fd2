"""Minutes: what was asked, decided and agreed in a meeting, from the store, and as a document."""
