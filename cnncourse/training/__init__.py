"""Train networks, one or many, and measure what they learned."""

from cnncourse.training import callbacks
from cnncourse.training.batches import shuffled_batches
from cnncourse.training.calibration import Reliability, reliability
from cnncourse.training.features import features
from cnncourse.training.many import train_many
from cnncourse.training.recipe import Recipe
from cnncourse.training.run import TrainingRun, train
from cnncourse.training.schedules import halve_on_plateau, one_cycle
from cnncourse.training.scores import Comparison, Score, compare, evaluate, mean_interval

__all__ = [
    "Comparison",
    "Recipe",
    "Reliability",
    "Score",
    "TrainingRun",
    "callbacks",
    "compare",
    "evaluate",
    "features",
    "halve_on_plateau",
    "mean_interval",
    "one_cycle",
    "reliability",
    "shuffled_batches",
    "train",
    "train_many",
]
