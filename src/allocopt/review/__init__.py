"""The review room: a local web page on which a plan is looked at, questioned and decided."""
