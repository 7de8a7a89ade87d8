"""All that follows from the declaration of a kind of fact, as text to be read and compared."""
