"""Limits between the server and the program: who asks, and how much one address may take."""
