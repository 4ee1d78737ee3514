"""The start page, new labs, and the about page."""
