"""Response of sales to spend: forms of the curves, from judgement points and from history."""
