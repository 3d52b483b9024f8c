from .bubblewrap import visible_rooms as visible_rooms
from .interpreter import Cell as Cell
from .interpreter import CellResult as CellResult
from .isolation import isolation_problem as isolation_problem
from .isolation import probe as probe
from .limits import Limits as Limits
from .session import Session as Session
from .verify import IsolationError as IsolationError
