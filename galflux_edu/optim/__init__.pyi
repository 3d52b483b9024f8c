from .adam import Adam as Adam
from .momentum import Momentum as Momentum
from .schedules import CosineDecay as CosineDecay
from .schedules import ExponentialDecay as ExponentialDecay
from .schedules import StepDecay as StepDecay
from .schedules import rate_at as rate_at
from .sgd import SGD as SGD
