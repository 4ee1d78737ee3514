"""Who asks: which browser, what it may drive, how much it may ask for, and the admin's login."""
