"""The SCEF: what it holds, its records of solution 12, and the table of its transitions."""
