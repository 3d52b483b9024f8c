"""The five demos, one file each: ``PAGE`` says what it is called, ``show`` draws it."""

from . import (
    build_a_galaxy,
    one_image_at_a_time,
    the_autograder_open,
    watch_it_learn,
    where_is_the_edge,
)

DEMOS = (
    build_a_galaxy,
    watch_it_learn,
    one_image_at_a_time,
    where_is_the_edge,
    the_autograder_open,
)
