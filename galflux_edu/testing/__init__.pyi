from .causes import load_causes as load_causes
from .causes import recording as recording
from .comparison import passed as passed
from .comparison import picture as picture
from .comparison import same as same
from .comparison import same_shape as same_shape
from .difference import Difference as Difference
from .difference import difference as difference
