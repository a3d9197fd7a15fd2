"""Knapsacks: bounds and proofs where each rep is one (Lagrangian relaxation)."""
