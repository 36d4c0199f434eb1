"""What flows through the system, and who may carry it."""
