"""The stream runtime: exactly once, one lane per assigned input partition."""
