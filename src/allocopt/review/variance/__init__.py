"""Variance: what the screen `variance` tells plan and actual sales apart of, and what that consists of."""
