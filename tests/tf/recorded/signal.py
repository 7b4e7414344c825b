"""Calls whose results are recorded from TensorFlow: signals and random numbers."""

import numpy as np

R = np.random.default_rng(5)
X = R.normal(size=(2, 30)).astype("float32")
G = R.normal(size=(2, 4, 6)).astype("float32")
C = (G + 1j * G[:, ::-1]).astype("complex64")
MEL = np.abs(G)

CASES = {
    **{
        name: lambda tf, name=name: getattr(tf.signal, name)(C)
        for name in ("fft", "ifft", "fft2d", "ifft2d", "fft3d", "ifft3d")
    },
    **{
        name: lambda tf, name=name: getattr(tf.signal, name)(G)
        for name in ("rfft", "rfft2d", "rfft3d")
    },
    "rfft of a length": lambda tf: tf.signal.rfft(X, [16]),
    "rfft longer": lambda tf: tf.signal.rfft(X, fft_length=[32]),
    "rfft2d of lengths": lambda tf: tf.signal.rfft2d(G, [4, 8]),
    "irfft": lambda tf: tf.signal.irfft(tf.signal.rfft(X)),
    "irfft of a length": lambda tf: tf.signal.irfft(C, [7]),
    "irfft2d": lambda tf: tf.signal.irfft2d(C, [4, 6]),
    "irfft3d": lambda tf: tf.signal.irfft3d(C),
    "fftshift": lambda tf: tf.signal.fftshift(G, axes=(1, 2)),
    "ifftshift": lambda tf: tf.signal.ifftshift(G[..., :5]),
    **{
        f"{name} {n}": lambda tf, name=name, n=n: getattr(tf.signal, name)(n)
        for name in ("hann_window", "hamming_window", "kaiser_window", "vorbis_window")
        for n in (6, 7)
    },
    "hann symmetric": lambda tf: tf.signal.hann_window(7, periodic=False),
    "kaiser_bessel_derived": lambda tf: tf.signal.kaiser_bessel_derived_window(8),
    "frame": lambda tf: tf.signal.frame(X, 8, 5),
    "frame filled": lambda tf: tf.signal.frame(X, 8, 5, pad_end=True, pad_value=2.0),
    "frame of an axis": lambda tf: tf.signal.frame(G, 2, 1, axis=1),
    "overlap_and_add": lambda tf: tf.signal.overlap_and_add(G, 2),
    "stft": lambda tf: tf.signal.stft(X, frame_length=10, frame_step=4),
    "stft filled": lambda tf: tf.signal.stft(
        X, 10, 4, fft_length=20, window_fn=tf.signal.hamming_window, pad_end=True
    ),
    "stft without weights": lambda tf: tf.signal.stft(X, 10, 4, window_fn=None),
    "inverse_stft": lambda tf: tf.signal.inverse_stft(
        tf.signal.stft(X, 10, 4), 10, 4, window_fn=tf.signal.inverse_stft_window_fn(4)
    ),
    **{
        f"dct {kind} {norm}": lambda tf, kind=kind, norm=norm: tf.signal.dct(
            X, type=kind, norm=norm
        )
        for kind, norm in [
            (1, None),
            (2, None),
            (3, None),
            (4, None),
            (2, "ortho"),
            (3, "ortho"),
            (4, "ortho"),
        ]
    },
    "dct of a length": lambda tf: tf.signal.dct(X, n=8),
    "idct": lambda tf: tf.signal.idct(X, norm="ortho"),
    "linear_to_mel": lambda tf: tf.signal.linear_to_mel_weight_matrix(
        10, 33, 16000, 80.0, 7600.0
    ),
    "mfccs": lambda tf: tf.signal.mfccs_from_log_mel_spectrograms(MEL),
    "mdct": lambda tf: tf.signal.mdct(X, 8),
    "mdct ortho": lambda tf: tf.signal.mdct(X, 8, pad_end=True, norm="ortho"),
    "inverse_mdct": lambda tf: tf.signal.inverse_mdct(tf.signal.mdct(X, 8)),
    "inverse_mdct ortho": lambda tf: tf.signal.inverse_mdct(
        tf.signal.mdct(X, 8, norm="ortho"), norm="ortho"
    ),
    # random numbers, bit for bit
    "stateless_uniform": lambda tf: tf.random.stateless_uniform([3, 5], [1, -2]),
    "stateless_uniform double": lambda tf: tf.random.stateless_uniform(
        [5], [1, 2], -1.0, 3.0, tf.float64
    ),
    "stateless_uniform whole": lambda tf: tf.random.stateless_uniform(
        [7], [1, 2], -5, 100, tf.int32
    ),
    "stateless_uniform long": lambda tf: tf.random.stateless_uniform(
        [3], (2**40, 2), 0, 2**40, tf.int64
    ),
    "stateless_uniform all bits": lambda tf: tf.random.stateless_uniform(
        [3], [1, 2], None, None, tf.int64
    ),
    "stateless_normal": lambda tf: tf.random.stateless_normal([7], [3, 4], 1.0, 2.0),
    "stateless_normal double": lambda tf: tf.random.stateless_normal(
        [3], [3, 4], dtype=tf.float64
    ),
    "split": lambda tf: tf.random.split([1, 2], num=3),
    "fold_in": lambda tf: tf.random.fold_in([1, 2], 7),
    "Generator": lambda tf: _drawn(tf.random.Generator.from_seed(1)),
    "Generator of a long seed": lambda tf: _drawn(
        tf.random.Generator.from_seed(2**40 + 7, alg="philox")
    ),
    "Generator of a state": lambda tf: _drawn(
        tf.random.Generator.from_state([2**63 - 1, 5, -7], alg="philox")
    ),
    "Generator split": lambda tf: (
        tf.random.Generator.from_seed(3).split(2)[1].normal([2])
    ),
    "Generator seeds": lambda tf: tf.random.Generator.from_seed(3).make_seeds(2),
}


def _drawn(g):
    first = [g.normal([3]), g.uniform([2, 2], 1.0, 2.0)]
    g.skip(3)
    whole = [g.uniform([3], 0, 10, "int32"), g.uniform_full_int([2], "uint32")]
    return [*first, *whole, g.state.numpy(), g.key]
