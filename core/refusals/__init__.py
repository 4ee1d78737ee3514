"""What is said to a request that is refused or fails: `sentences` has all of them, in one place."""
