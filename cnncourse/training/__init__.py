"""Train networks, one or many, and measure what they learned."""

from cnncourse.training.engine import train
from cnncourse.training.frozen import features
from cnncourse.training.many import train_many
from cnncourse.training.run import TrainingRun
from cnncourse.training.schedules import halve_on_plateau, one_cycle
from cnncourse.training.scores import Comparison, Score, compare, evaluate, mean_interval

__all__ = [
    "Comparison",
    "Score",
    "TrainingRun",
    "compare",
    "evaluate",
    "features",
    "halve_on_plateau",
    "mean_interval",
    "one_cycle",
    "train",
    "train_many",
]
