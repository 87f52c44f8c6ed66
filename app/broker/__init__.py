"""The local control socket: protocol, server, client, and the lock that makes one engine of many processes."""
