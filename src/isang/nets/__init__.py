"""Small neural nets over windows of rows, and the one loop that trains them. They need torch (`isang[deep]`)."""
