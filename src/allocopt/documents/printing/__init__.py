"""What printing needs of the machine: a browser and fonts."""
