"""Records of every released version, as slices: today's code must read them all."""
