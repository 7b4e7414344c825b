"""Where the weights of ImageNet are."""

from __future__ import annotations

from typing import NamedTuple

from addax.keras.utils.files import get_file

_GOOGLE = "https://storage.googleapis.com/"
_FOLDER = "tensorflow/keras-applications/"
KERNELS = "_weights_tf_dim_ordering_tf_kernels"


class Files(NamedTuple):
    """The two files of an architecture, with and without its classifier.

    Attributes:
        folder: Where they are, at Google.
        name: What the first is called.
        hashes: Their checksums; `None` where Keras knows none.
        without_top: What is added to the name of the second.
        remote: What they are called there, where that is another name.
        remote_without_top: What is added there.
    """

    folder: str
    name: str
    hashes: tuple[str | None, str | None] = (None, None)
    without_top: str = "_notop"
    remote: str = ""
    remote_without_top: str = ""

    def choose(self, include_top: bool) -> tuple[str, str, str | None]:
        """Name, address and checksum of one of them."""
        name = self.name + ("" if include_top else self.without_top)
        remote = name
        if self.remote:
            remote = self.remote + ("" if include_top else self.remote_without_top)
        address = f"{_GOOGLE}{self.folder}{remote}.h5"
        return f"{name}.h5", address, self.hashes[0 if include_top else 1]


def kernels(folder: str, name: str, *hashes: str) -> Files:
    """The files of the older architectures, which are named alike."""
    return Files(f"{_FOLDER}{folder}/", name + KERNELS, (hashes[0], hashes[1]))


def google(folder: str, name: str, *hashes: str, **names: str) -> Files:
    """Files in a folder of `tensorflow/keras-applications`."""
    top, rest = hashes or (None, None)
    return Files(f"{_FOLDER}{folder}/", name, (top, rest), **names)


def fetch(files: Files, include_top: bool) -> str:
    """The path of a file of weights, downloaded if it is not in the cache.

    Args:
        files: The files of the architecture.
        include_top: Whether with its classifier.

    Raises:
        OSError: If it cannot be downloaded; the message says where to put it.
    """
    name, address, checksum = files.choose(include_top)
    return get_file(name, address, file_hash=checksum, cache_subdir="models")
