"""One run of AKA out of values that somebody has: options as text in, every result out. It stores nothing."""
