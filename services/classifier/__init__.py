"""articles ──► CLASSIFIER ──► tagged."""
