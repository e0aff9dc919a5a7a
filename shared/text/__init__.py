"""Pure functions of text: language, sentences, folding, sketches."""
