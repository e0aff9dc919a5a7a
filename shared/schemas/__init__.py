"""What consumers are promised: a JSON Schema for every record and its headers, generated from the models, and released ones for ever."""
