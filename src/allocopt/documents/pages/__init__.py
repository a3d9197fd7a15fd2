"""Pages beside the plan documents: series and curve charts, reports of the sales history."""
