"""`tf.summary`: curves, pictures and texts for TensorBoard.

Writing happens when the program runs, inside compiled functions too.
"""

from __future__ import annotations

import contextlib
import os
import threading
import weakref
from collections.abc import Callable, Iterator
from typing import Any

import numpy as np

from addax._base.errors import explain
from addax._base.protobuf import message, whole
from addax._base.protobuf import text as words
from addax.core import convert
from addax.core.device import start_profile, stop_profile
from addax.core.emit import emit
from addax.data.audio import encode_wav
from addax.keras.callbacks.event_file import EventFile
from addax.tf._advice import Names, absent
from addax.tf.io.images import encode_png

_FLOAT, _STRING = 1, 7  # of types.proto
_SCALAR, _TENSOR, _BLOB = 1, 2, 3  # data classes of TensorBoard's summary.proto


class _State(threading.local):
    writer: SummaryWriter | None = None
    step: Any = None
    recording: Any = True
    profile: str | None = None


_state = _State()


class SummaryWriter:
    """Writes into one folder; made by `create_file_writer`."""

    def __init__(self, folder: str | None) -> None:
        self._folder = folder
        self._file: EventFile | None = None

    @contextlib.contextmanager
    def as_default(self, step: Any = None) -> Iterator[SummaryWriter]:
        """A block in which `tf.summary` writes here.

        Args:
            step: The step of what is written, if it is not said there.
        """
        before = _state.writer, _state.step
        _state.writer = self
        if step is not None:
            _state.step = step
        try:
            yield self
        finally:
            self.flush()
            _state.writer, _state.step = before

    def set_as_default(self, step: Any = None) -> None:
        """Makes `tf.summary` write here from now on."""
        _state.writer = self
        if step is not None:
            _state.step = step

    def init(self) -> None:
        """Kept for TensorFlow's sake."""

    def flush(self) -> None:
        """Lets readers see what was written."""
        if self._file is not None:
            self._file.flush()

    def close(self) -> None:
        """Ends the file; what is written later goes to a new one."""
        if self._file is not None:
            self._file.close()
            self._file = None

    def _write(self, tag: str, value: bytes, step: int) -> None:
        if self._folder is None:
            return
        if self._file is None:
            self._file = EventFile(self._folder)
            weakref.finalize(self, self._file.close)
        self._file.summary(tag, value, step)


def create_file_writer(
    logdir: str | os.PathLike[str],
    max_queue: Any = None,
    flush_millis: Any = None,
    filename_suffix: str | None = None,
    name: str | None = None,
    experimental_trackable: bool = False,
    experimental_mesh: Any = None,
) -> SummaryWriter:
    """A writer of files that TensorBoard shows.

    Args:
        logdir: The folder; TensorBoard shows it as a run.
        max_queue: Kept for TensorFlow's signature.
        flush_millis: Kept for TensorFlow's signature.
        filename_suffix: Kept for TensorFlow's signature.
        name: Kept for TensorFlow's signature.
        experimental_trackable: Kept for TensorFlow's signature.
        experimental_mesh: Kept for TensorFlow's signature.

    Example:

    >>> import tempfile
    >>> from addax import tf
    >>> writer = tf.summary.create_file_writer(tempfile.mkdtemp())
    >>> with writer.as_default():
    ...     tf.summary.scalar("loss", 0.5, step=1)
    True
    """
    return SummaryWriter(os.fspath(logdir))


def create_noop_writer() -> SummaryWriter:
    """A writer that writes nothing."""
    return SummaryWriter(None)


def flush(writer: SummaryWriter | None = None, name: str | None = None) -> None:
    """Lets readers see what was written, by `writer` or the default one."""
    chosen = writer or _state.writer
    if chosen is not None:
        chosen.flush()


@contextlib.contextmanager
def record_if(condition: Any) -> Iterator[None]:
    """A block in which things are written if `condition` (or what it returns) holds."""
    before, _state.recording = _state.recording, condition
    try:
        yield
    finally:
        _state.recording = before


def should_record_summaries() -> Any:
    """Whether what `tf.summary` is given would be written."""
    if _state.writer is None:
        return False
    condition = _state.recording
    return condition() if callable(condition) else condition


def _record(
    name: str,
    tensors: list[Any],
    step: Any,
    make: Callable[..., bytes],
) -> bool:
    """Writes `make(*arrays)` under a name, as soon as the arrays are known."""
    writer, recorded = _state.writer, should_record_summaries()
    if writer is None or recorded is False:
        return False
    step = _state.step if step is None else step
    if step is None:
        raise ValueError(
            explain(
                "A step is needed, the place on TensorBoard's axis.",
                received={"name": name, "step": None},
                fix=[
                    f"tf.summary.scalar({name!r}, x, step=epoch)",
                    "tf.summary.experimental.set_step(epoch)",
                ],
            )
        )

    def write(place: Any, wanted: Any, *arrays: Any) -> None:
        if wanted:
            writer._write(name, make(*arrays), int(place))

    emit(write, [convert(step), convert(recorded), *(convert(t) for t in tensors)])
    return True


def _metadata(plugin: str, kind: int, description: str | None) -> bytes:
    body = message(1, words(1, plugin))
    if description:
        body += words(3, description)
    return message(9, body + whole(4, kind))


def _proto(dtype: int, shape: tuple[int, ...], content: bytes) -> bytes:
    sizes = b"".join(message(2, whole(1, n)) for n in shape)
    return message(8, whole(1, dtype) + message(2, sizes) + content)


def _numbers(array: np.ndarray) -> bytes:
    raw = np.ascontiguousarray(array, "<f4").tobytes()
    return _proto(_FLOAT, array.shape, message(4, raw))


def _strings(values: list[bytes], shape: tuple[int, ...]) -> bytes:
    return _proto(_STRING, shape, b"".join(message(8, v) for v in values))


def scalar(
    name: str, data: Any, step: Any = None, description: str | None = None
) -> bool:
    """Writes a number, a point of a curve.

    Args:
        name: The curve's name.
        data: The number.
        step: Its place on the axis; that of the writer or `set_step` if not given.
        description: A text to show.

    Returns:
        Whether there is a writer.

    Raises:
        ValueError: If there is no step.
    """
    return _record(
        name,
        [data],
        step,
        lambda x: _metadata("scalars", _SCALAR, description) + _numbers(x.reshape(())),
    )


def histogram(
    name: str,
    data: Any,
    step: Any = None,
    buckets: int | None = None,
    description: str | None = None,
) -> bool:
    """Writes how many elements lie where.

    Args:
        name: The histogram's name.
        data: A tensor.
        step: As for `scalar`.
        buckets: Into how many equal parts the range is cut; 30 if not given.
        description: A text to show.
    """

    def make(x: Any) -> bytes:
        counts, edges = np.histogram(x.astype("float64"), buckets or 30)
        table = np.stack([edges[:-1], edges[1:], counts], axis=1)
        return _metadata("histograms", _TENSOR, description) + _numbers(table)

    return _record(name, [data], step, make)


def image(
    name: str,
    data: Any,
    step: Any = None,
    max_outputs: int = 3,
    description: str | None = None,
) -> bool:
    """Writes pictures.

    Args:
        name: Their name.
        data: Images `(batch, height, width, channels)`, floats from 0 to 1 or uint8.
        step: As for `scalar`.
        max_outputs: How many of the batch to write at most.
        description: A text to show.
    """

    def make(x: Any) -> bytes:
        if x.dtype.kind == "f":
            x = np.clip(x * 255.999, 0, 255)
        pictures = [
            encode_png(convert(each)).numpy()
            for each in x[: int(max_outputs)].astype("uint8")
        ]
        sizes = [str(n).encode() for n in (x.shape[2], x.shape[1])]
        values = [*sizes, *pictures]
        return _metadata("images", _BLOB, description) + _strings(
            values, (len(values),)
        )

    return _record(name, [data], step, make)


def text(
    name: str, data: Any, step: Any = None, description: str | None = None
) -> bool:
    """Writes texts, in Markdown.

    Args:
        name: Their name.
        data: A string, or a tensor of strings.
        step: As for `scalar`.
        description: A text to show.
    """

    def make(x: Any) -> bytes:
        lines = [s if isinstance(s, bytes) else str(s).encode() for s in x.ravel()]
        return _metadata("text", _TENSOR, description) + _strings(lines, x.shape)

    return _record(name, [data], step, make)


def audio(
    name: str,
    data: Any,
    sample_rate: int,
    step: Any = None,
    max_outputs: int = 3,
    encoding: str | None = None,
    description: str | None = None,
) -> bool:
    """Writes sounds.

    Args:
        name: Their name.
        data: Sounds `(batch, samples, channels)`, floats from -1 to 1.
        sample_rate: Samples a second.
        step: As for `scalar`.
        max_outputs: How many of the batch to write at most.
        encoding: Kept for TensorFlow's signature: WAV.
        description: A text to show.
    """

    def make(x: Any) -> bytes:
        sounds = [encode_wav(each, int(sample_rate)) for each in x[: int(max_outputs)]]
        values = [v for sound in sounds for v in (sound, b"")]
        shape = (len(sounds), 2)
        return _metadata("audio", _BLOB, description) + _strings(values, shape)

    return _record(name, [data], step, make)


def write(
    tag: str, tensor: Any, step: Any = None, metadata: Any = None,
    name: str | None = None,
) -> bool:  # fmt: skip
    """Writes a tensor of numbers under a name.

    Args:
        tag: The name.
        tensor: The tensor.
        step: As for `scalar`.
        metadata: The serialised `SummaryMetadata`, as bytes.
        name: Kept for TensorFlow's signature.
    """
    raw = metadata if isinstance(metadata, bytes) else b""
    return _record(tag, [tensor], step, lambda x: message(9, raw) + _numbers(x))


# Traces


def trace_on(
    graph: bool = True, profiler: bool = False, profiler_outdir: str | None = None
) -> None:
    """Starts to record what runs.

    Args:
        graph: Kept for TensorFlow's signature; graphs are not written.
        profiler: Whether to record how long everything takes.
        profiler_outdir: Where to.
    """
    if profiler:
        if profiler_outdir is None:
            raise ValueError(
                "A profile needs a folder. Received: profiler_outdir=None\n"
                "Fix: tf.summary.trace_on(profiler=True, profiler_outdir='logs')"
            )
        _state.profile = profiler_outdir
        start_profile(profiler_outdir)


def trace_export(
    name: str, step: Any = None, profiler_outdir: str | None = None
) -> None:
    """Ends the recording and writes it.

    Args:
        name: Kept for TensorFlow's signature.
        step: Kept for TensorFlow's signature.
        profiler_outdir: Kept for TensorFlow's signature; said in `trace_on`.
    """
    trace_off()


def trace_off() -> None:
    """Ends the recording."""
    if _state.profile is not None:
        _state.profile = None
        stop_profile()


def graph(graph_data: Any) -> bool:
    """Accepted for TensorFlow's sake: graphs are not written."""
    return False


def _set_step(step: Any) -> None:
    """Sets the step of what says none."""
    _state.step = step


def _get_step() -> Any:
    """The step of what says none."""
    return _state.step


@contextlib.contextmanager
def _scope(
    name: str, default_name: str = "summary", values: Any = None
) -> Iterator[Any]:
    yield name or default_name, name or default_name


experimental = Names(
    "tf.summary.experimental",
    get_step=_get_step,
    set_step=_set_step,
    summary_scope=_scope,
)

__getattr__ = absent(__name__)
