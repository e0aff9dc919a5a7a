"""A whole system on one machine: broker, newsroom, services; for the demo, the tests and developers."""
