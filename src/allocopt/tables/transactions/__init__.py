"""Transactions: histories too large to be held row by row, added up while they are read."""

from allocopt.tables.transactions.files import is_large, transaction_files
from allocopt.tables.transactions.layout import Synonyms
from allocopt.tables.transactions.reading import NO_SYNONYMS, read_transactions

__all__ = ["NO_SYNONYMS", "Synonyms", "is_large", "read_transactions", "transaction_files"]
