"""`tf.errors`: TensorFlow's names for the Python errors that addax raises.

`except tf.errors.InvalidArgumentError` therefore catches what a wrong argument raises
here, which is a `ValueError`.
"""

from __future__ import annotations

from addax.tf._advice import absent

OpError = Exception
InvalidArgumentError = ValueError
FailedPreconditionError = AbortedError = InternalError = UnknownError = RuntimeError
OutOfRangeError = IndexError
NotFoundError = FileNotFoundError
AlreadyExistsError = FileExistsError
PermissionDeniedError = UnauthenticatedError = PermissionError
ResourceExhaustedError = MemoryError
UnimplementedError = NotImplementedError
DeadlineExceededError = TimeoutError
UnavailableError = ConnectionError
DataLossError = OSError
CancelledError = InterruptedError
OperatorNotAllowedInGraphError = TypeError

# Numbers of TensorFlow's status codes
(
    OK, CANCELLED, UNKNOWN, INVALID_ARGUMENT, DEADLINE_EXCEEDED, NOT_FOUND,
    ALREADY_EXISTS, PERMISSION_DENIED, RESOURCE_EXHAUSTED, FAILED_PRECONDITION,
    ABORTED, OUT_OF_RANGE, UNIMPLEMENTED, INTERNAL, UNAVAILABLE, DATA_LOSS,
    UNAUTHENTICATED,
) = range(17)  # fmt: skip

__getattr__ = absent(__name__)
