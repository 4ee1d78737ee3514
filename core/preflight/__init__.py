"""Before server, worker and commands start: what must be there, and the sentence that says what is not."""
