"""What a student touches in a notebook: each widget with a picture for pages without one."""
