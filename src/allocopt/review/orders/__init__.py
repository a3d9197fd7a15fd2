"""Orders: documents that somebody has ordered from the room, which workers write."""

from allocopt.review.orders.order import Order
from allocopt.review.orders.orders import Orders
from allocopt.review.orders.reasons import LOST, failure_in_words, failure_told

__all__ = ["LOST", "Order", "Orders", "failure_in_words", "failure_told"]
