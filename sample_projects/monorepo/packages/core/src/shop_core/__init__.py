"""What all parts of the shop share."""
