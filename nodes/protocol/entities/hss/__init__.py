"""The HSS with its AuC: what it holds, and the table of its transitions."""
