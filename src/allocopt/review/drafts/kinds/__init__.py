"""The kinds of changes that a what-if is put together from."""

from allocopt.review.drafts.kinds.catalogue import GROUPS, KINDS, kind_of, may_make

__all__ = ["GROUPS", "KINDS", "kind_of", "may_make"]
