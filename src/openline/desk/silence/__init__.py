"""What follows from silence in each family, beside what `clock` says of deliveries."""
