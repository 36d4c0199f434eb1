"""Language models that may word an incident: one member for each way of asking a server."""
