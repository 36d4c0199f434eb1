"""Why an incident is one: drivers, members that spoke, words."""
