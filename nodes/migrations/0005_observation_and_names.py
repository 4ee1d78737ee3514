from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("nodes", "0004_trace_rest"),
    ]

    operations = [
        migrations.RenameField(model_name="lab", old_name="watch", new_name="observation"),
        migrations.RenameField(model_name="checkpoint", old_name="watch", new_name="observation"),
        migrations.AddField(
            model_name="scefrecord",
            name="confirmed",
            field=models.JSONField(default=list, verbose_name="confirmed names"),
        ),
    ]
