from .evaluate import Estimate as Estimate
from .evaluate import Evaluation as Evaluation
from .evaluate import evaluate as evaluate
from .jobs import evaluate_run as evaluate_run
from .jobs import predict_files as predict_files
from .jobs import quickstart as quickstart
from .jobs import train as train
from .report import write_report as write_report
