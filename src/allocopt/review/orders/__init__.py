"""Orders: documents that somebody has ordered from the room, which workers write."""

from allocopt.review.orders.order import Order
from allocopt.review.orders.orders import Orders

__all__ = ["Order", "Orders"]
