"""Watch, armed links, forks, scenarios and checkpoints. Labs that are there are of the first model."""

import django.db.models.deletion
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("nodes", "0001_initial")]

    operations = [
        migrations.AddField(
            "lab",
            "armed",
            models.JSONField(default=list, help_text="Links that are armed: [source, destination, fault]."),
        ),
        migrations.AddField(
            "lab",
            "watch",
            models.JSONField(default=dict, help_text="What the properties need beyond the world, and what is broken."),
        ),
        migrations.AddField(
            "lab",
            "model",
            models.PositiveIntegerField(default=1, help_text="Version of the protocol model that the rows are of."),
            preserve_default=False,
        ),
        migrations.AddField(
            "lab",
            "scenario",
            models.CharField(blank=True, default="", help_text="The scenario that the lab plays.", max_length=80),
        ),
        migrations.AddField(
            "lab",
            "parent",
            models.ForeignKey(
                null=True, on_delete=django.db.models.deletion.SET_NULL, related_name="forks", to="nodes.lab"
            ),
        ),
        migrations.AddField(
            "lab",
            "forked_at",
            models.PositiveIntegerField(help_text="The step of the parent that this lab began from.", null=True),
        ),
        migrations.AddField("mmecounters", "order", models.JSONField(null=True, verbose_name="order of the last push")),
        migrations.AddField("scefrecord", "order", models.JSONField(null=True, verbose_name="order of the last push")),
        migrations.CreateModel(
            name="Checkpoint",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("step", models.PositiveIntegerField()),
                ("world", models.BinaryField(help_text="All of the world as plain JSON, compressed with zlib.")),
                ("watch", models.BinaryField(help_text="As the world.")),
                (
                    "lab",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="%(class)s_rows",
                        to="nodes.lab",
                    ),
                ),
            ],
            options={
                "ordering": ("step",),
                "constraints": [models.UniqueConstraint(fields=("lab", "step"), name="one_checkpoint")],
            },
        ),
    ]
