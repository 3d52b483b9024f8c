__version__: str

from . import baselines as baselines
from . import datasets as datasets
from . import engine as engine
from . import gradcheck as gradcheck
from . import losses as losses
from . import measure as measure
from . import metrics as metrics
from . import models as models
from . import nn as nn
from . import optim as optim
from . import plots as plots
from . import reports as reports
from . import sky as sky
from . import train as train
