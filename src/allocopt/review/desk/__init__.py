"""The desk: what people ask of plans is worked on in processes of its own, in turn."""

from allocopt.review.desk.bounds import Bounds
from allocopt.review.desk.desk import Busy, Desk
from allocopt.review.desk.job import LAST, Job
from allocopt.review.desk.ticket import Ticket

__all__ = ["LAST", "Bounds", "Busy", "Desk", "Job", "Ticket"]
