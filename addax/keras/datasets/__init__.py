"""`keras.datasets`: small data sets to learn and test with."""

from addax._base.lazy import lazy_exports

__getattr__, __dir__, __all__ = lazy_exports(
    __name__,
    modules=(
        "boston_housing", "california_housing", "cifar10", "cifar100",
        "fashion_mnist", "imdb", "mnist", "reuters",
    ),
)  # fmt: skip
