"""The addresses of the room and what answers them; each module hands on its `ROUTES`."""
