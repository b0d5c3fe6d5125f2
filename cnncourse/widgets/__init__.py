"""What a student touches in a notebook: each widget with a picture for pages without one."""

from cnncourse.widgets.drawing import draw_digit

__all__ = ["draw_digit"]
