"""What the columns of a table are, found from what they hold: numbers, time, keys, values, and what is set aside."""
