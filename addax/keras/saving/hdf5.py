"""`h5py`, loaded when a file is first read or written.

Its library takes 13 MB and 40 ms, which a process that keeps no weights need not spend.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from addax._base.lazy import Late

if TYPE_CHECKING:
    import h5py as h5py
else:
    h5py = Late("h5py")
