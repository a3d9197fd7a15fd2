"""Alerts: what calls for attention after a period has closed."""

from allocopt.replanning.alerts.find import calls_for_replan, find_alerts

__all__ = ["calls_for_replan", "find_alerts"]
