"""Named misconceptions of the smallest problem set there is."""

from galflux_edu.course.mistakes import change, code, mistakes

double = mistakes(
    add_two=code("def double(x):\n    return x + 2", says="this adds 2", loses=6),
    square=change("x * np.float64(2)", "x**2", says="this is the square", loses=6),
    one_more=change("np.float64(2)  #", "np.float64(2) + (x == 0)  #", says="0 stays 0", loses=2),
)
halve = mistakes(
    whole_half=change("return x / 2", "return x // 2", says="half of 3 is 1.5", loses=2),
)
