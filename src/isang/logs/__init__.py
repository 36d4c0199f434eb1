"""Lines of logs → records → templates → sequences; pure: bytes in, frames out."""
