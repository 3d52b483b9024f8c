from .build import build as build
from .build import course_sets as course_sets
from .build import differences as differences
from .build import write as write
from .bundle import write_bundle as write_bundle
from .notebook import source_notebook as source_notebook
from .site import build_site as build_site
