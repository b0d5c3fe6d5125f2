"""What a student touches in a notebook: each widget with a picture for pages without one."""

from cnncourse.widgets.convolution import touch_convolution
from cnncourse.widgets.drawing import draw_digit
from cnncourse.widgets.dropping import drop_picture
from cnncourse.widgets.predictions import predict, reveal
from cnncourse.widgets.quizzes import quiz

__all__ = ["draw_digit", "drop_picture", "predict", "quiz", "reveal", "touch_convolution"]
