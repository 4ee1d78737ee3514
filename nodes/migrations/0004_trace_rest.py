import django.db.models.deletion
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("nodes", "0003_room_for_every_value"),
    ]

    operations = [
        migrations.AddField(
            model_name="lab",
            name="trace_steps",
            field=models.PositiveIntegerField(
                help_text="Steps that the lab has once its trace is followed; empty: none is being followed.",
                null=True,
            ),
        ),
        migrations.CreateModel(
            name="TraceRest",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                (
                    "content",
                    models.BinaryField(help_text="Actions, model and result as plain JSON, compressed with zlib."),
                ),
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
                "verbose_name": "rest of a trace",
                "verbose_name_plural": "rests of traces",
                "constraints": [models.UniqueConstraint(fields=("lab",), name="one_trace_rest")],
            },
        ),
    ]
