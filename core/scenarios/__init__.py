"""The list of scenarios, and each as a text to read."""
