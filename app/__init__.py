"""What people touch: the command line, the chat page and the HTTP API."""
