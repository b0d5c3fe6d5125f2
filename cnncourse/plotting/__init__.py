"""The figures of the course.

Every function takes its data first, returns the ``Axes`` it drew on (or the ``Figure``, where it
has many panels), and neither trains nor predicts nor changes its input. It never calls
``plt.show()``: a notebook shows the figure when the cell ends.
"""

from cnncourse.plotting.by_hand import (
    plot_convolution,
    plot_convolution_steps,
    plot_signed,
    plot_to_scale,
)
from cnncourse.plotting.confidence import (
    plot_answer,
    plot_answered,
    plot_corruptions,
    plot_reliability,
)
from cnncourse.plotting.convolutions import plot_feature_maps, plot_filters, plot_heatmaps
from cnncourse.plotting.curves import plot_accuracy_by_count, plot_comparison, plot_history
from cnncourse.plotting.descent import plot_descent
from cnncourse.plotting.pictures import (
    plot_augmentations,
    plot_images,
    plot_label_counts,
    plot_mistakes,
    plot_thumbnails,
)
from cnncourse.plotting.results import plot_results
from cnncourse.plotting.scores import plot_confusion_matrix, plot_probabilities

__all__ = [
    "plot_accuracy_by_count",
    "plot_answer",
    "plot_answered",
    "plot_augmentations",
    "plot_comparison",
    "plot_confusion_matrix",
    "plot_convolution",
    "plot_convolution_steps",
    "plot_corruptions",
    "plot_descent",
    "plot_feature_maps",
    "plot_filters",
    "plot_heatmaps",
    "plot_history",
    "plot_images",
    "plot_label_counts",
    "plot_mistakes",
    "plot_probabilities",
    "plot_reliability",
    "plot_results",
    "plot_signed",
    "plot_thumbnails",
    "plot_to_scale",
]
