from .interactive import InteractiveTrainer as InteractiveTrainer
from .notebook import TrainingView as TrainingView
from .process import TrainingProcess as TrainingProcess
