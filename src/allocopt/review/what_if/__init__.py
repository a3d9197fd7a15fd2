"""The what-if panel beside every screen: its changes, what can be asked, and the answer."""
