def f(x):
    return x + 41
