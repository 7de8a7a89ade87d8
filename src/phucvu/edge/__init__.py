"""What stands between the server and the program: who asks, and how much one of them may take."""
