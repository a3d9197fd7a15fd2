"""Access: who comes into the room, and what a request must be before a page answers it."""

from allocopt.review.access.access import Access

__all__ = ["Access"]
