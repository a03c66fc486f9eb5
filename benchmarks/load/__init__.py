"""What drives a server from another process: connections, suppliers, and the floor beside it."""
