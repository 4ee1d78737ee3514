from django.db import migrations


class Migration(migrations.Migration):
    dependencies = [("nodes", "0005_events_without_sentences")]

    operations = [
        migrations.RenameField(model_name="lab", old_name="watch", new_name="observation"),
        migrations.RenameField(model_name="checkpoint", old_name="watch", new_name="observation"),
    ]
