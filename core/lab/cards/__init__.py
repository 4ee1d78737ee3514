"""The node cards: what each node holds, and what the last step changed there."""
