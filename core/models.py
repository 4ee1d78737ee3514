"""Rows about browsers: which labs one drives, and what has been spent of a budget. Neither holds a secret in clear."""

from django.db import models

from nodes.models import Lab


class DriveRight(models.Model):
    """One browser may drive one lab. The drive key is sealed with a key that only the browser's cookie gives."""

    browser = models.CharField(max_length=64, help_text="SHA-256 of the browser's cookie.")
    lab = models.ForeignKey(Lab, on_delete=models.CASCADE, related_name="drive_rights")
    sealed_key = models.CharField(max_length=200, help_text="The lab's drive key, readable with the cookie only.")
    notice = models.TextField(blank=True, default="", help_text="A sentence to tell once, on the lab's page.")
    used = models.DateTimeField(db_index=True)

    class Meta:
        constraints = (models.UniqueConstraint(fields=("browser", "lab"), name="one_drive_right"),)

    def __str__(self) -> str:
        return f"browser {self.browser[:8]}… drives {self.lab}"


class Spending(models.Model):
    """How far ahead of its time somebody is with a budget; once `until` has passed the row means nothing."""

    key = models.CharField(max_length=64, primary_key=True, help_text="Hash of the budget and of who spends it.")
    until = models.DateTimeField(db_index=True)

    def __str__(self) -> str:
        return f"{self.key[:8]}… until {self.until:%H:%M:%S}"
