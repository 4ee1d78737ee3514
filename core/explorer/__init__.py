"""The explorer's pages: the matrix, the form, runs while they are done, and cells with their counterexamples."""
