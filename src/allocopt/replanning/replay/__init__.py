"""Replay: history is walked period by period as if the loop had been at work."""

from allocopt.replanning.replay.replay import Replayed, replay

__all__ = ["Replayed", "replay"]
