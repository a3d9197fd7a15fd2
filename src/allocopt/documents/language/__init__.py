"""How a language says things: its texts, and how it writes numbers, money, dates and periods."""
