from . import rebalance as rebalance
from .forest import RandomForest as RandomForest
from .kmeans import KMeans as KMeans
from .linear import LinearRegression as LinearRegression
from .neighbours import KNeighbors as KNeighbors
from .pca import PCA as PCA
from .softmax import SoftmaxRegression as SoftmaxRegression
from .tree import DecisionTree as DecisionTree
