"""The ladder diagram and its text form: one set of rows for page, print and export. Pure: no Django."""
