"""Calls whose results are recorded from TensorFlow: tensors, segments, counts."""

import numpy as np

A = np.arange(24, dtype="float32").reshape(2, 3, 4) / 8 - 1
V = np.array([3, 1, 4, 1, 5, 9, 2, 6], "int32")
IDS = np.array([0, 0, 1, 1, 1, 3, 3, 4], "int32")
MIXED = np.array([2, 0, -1, 2, 0, 4, 0, 2], "int32")
F = V.astype("float32")

CASES = {
    "scatter_nd": lambda tf: tf.scatter_nd([[1], [3], [1]], [5.0, 7.0, 1.0], [5]),
    "scatter_nd rows": lambda tf: tf.scatter_nd([[1], [0]], A[:, 0], [3, 4]),
    "tensor_scatter_nd_update": lambda tf: tf.tensor_scatter_nd_update(
        V, [[0], [3]], [10, 20]
    ),
    "tensor_scatter_nd_add": lambda tf: tf.tensor_scatter_nd_add(
        A, indices=[[0, 1], [1, 2]], updates=A[:, 0]
    ),
    "tensor_scatter_nd_sub": lambda tf: tf.tensor_scatter_nd_sub(V, [[0], [0]], [1, 2]),
    "tensor_scatter_nd_max": lambda tf: tf.tensor_scatter_nd_max(V, [[0], [1]], [2, 7]),
    "tensor_scatter_nd_min": lambda tf: tf.tensor_scatter_nd_min(V, [[0], [1]], [2, 7]),
    "gather_nd batch_dims": lambda tf: tf.gather_nd(
        A, [[[1, 0], [2, 3]], [[0, 0], [1, 1]]], batch_dims=1
    ),
    "gather batch_dims": lambda tf: tf.gather(
        A, [[2, 0], [1, 1]], axis=1, batch_dims=1
    ),
    "gather of an axis before": lambda tf: tf.gather(A, [[2, 0], [1, 1]], axis=1),
    "dynamic_partition": lambda tf: tf.dynamic_partition(
        V, [0, 1, 0, 1, 2, 2, 0, 0], 4
    ),
    "dynamic_stitch": lambda tf: tf.dynamic_stitch(
        [6, [4, 1], [[5, 2], [0, 3]]],
        [
            [61.0, 62.0],
            [[41.0, 42.0], [11.0, 12.0]],
            [[[51.0, 52.0], [21.0, 22.0]], [[1.0, 2.0], [31.0, 32.0]]],
        ],
    ),
    "unique": lambda tf: tf.unique(V),
    "unique_with_counts": lambda tf: tf.unique_with_counts(V, tf.int64),
    "reverse_sequence": lambda tf: tf.reverse_sequence(
        A, [2, 3], seq_axis=1, batch_axis=0
    ),
    "reverse_sequence turned": lambda tf: tf.reverse_sequence(
        A, [2, 0, 1, 2], seq_axis=0, batch_axis=2
    ),
    "unravel_index": lambda tf: tf.unravel_index([2, 5, 7], dims=[3, 3]),
    "bitcast": lambda tf: tf.bitcast(F, tf.uint32),
    "bitcast to bytes": lambda tf: tf.bitcast(F, tf.uint8),
    "bitcast from bytes": lambda tf: tf.bitcast(
        np.arange(8, dtype="uint8").reshape(2, 4), "int32"
    ),
    "histogram_fixed_width": lambda tf: tf.histogram_fixed_width(
        [-1.0, 0.0, 1.5, 2.0, 5.0, 15], [0.0, 5.0], nbins=5
    ),
    "histogram_fixed_width_bins": lambda tf: tf.histogram_fixed_width_bins(
        [-1.0, 0.0, 1.5, 2.0, 5.0, 15], [0.0, 5.0], nbins=5
    ),
    "batch_to_space": lambda tf: tf.batch_to_space(
        np.arange(48).reshape(8, 2, 3, 1), [2, 2], [[0, 1], [1, 1]]
    ),
    "space_to_batch": lambda tf: tf.space_to_batch(
        np.arange(24).reshape(1, 3, 8), [2], [[1, 0]]
    ),
    "strided_slice": lambda tf: tf.strided_slice(
        A, [0, 2, -1], [2, 0, -4], [1, -1, -2]
    ),
    "strided_slice masks": lambda tf: tf.strided_slice(
        A, [0, 0, 1], [0, 9, 3], begin_mask=1, end_mask=1, shrink_axis_mask=0
    ),
    "strided_slice shrinks": lambda tf: tf.strided_slice(
        A, [1, 0], [2, 2], shrink_axis_mask=1
    ),
    "shape_n": lambda tf: tf.shape_n([A, V], tf.int64),
    "broadcast_dynamic_shape": lambda tf: tf.broadcast_dynamic_shape([3, 1], [4]),
    "slice": lambda tf: tf.slice(A, [0, 1, 1], [-1, 2, -1]),
    "pad symmetric": lambda tf: tf.pad(V[None], [[0, 0], [2, 3]], "SYMMETRIC"),
    "pad by a value": lambda tf: tf.pad(A[0], [[1, 0], [0, 1]], constant_values=9.0),
    "split sizes": lambda tf: tf.split(V, [1, 5, 2]),
    "unstack": lambda tf: tf.unstack(A, axis=2),
    "linspace whole": lambda tf: tf.linspace(1, 10, 4),
    "linspace axis": lambda tf: tf.linspace([0.0, 1.0], [1.0, 3.0], 3, axis=-1),
    "range down": lambda tf: tf.range(5, 0, -2),
    "range floats": lambda tf: tf.range(0.0, 1.0, 0.3),
    "eye batch": lambda tf: tf.eye(2, 3, batch_shape=[2]),
    "one_hot": lambda tf: tf.one_hot(
        [0, 2, -1], 3, on_value=2.0, off_value=-1.0, axis=0
    ),
    "one_hot bool": lambda tf: tf.one_hot([0, 1], 2, True, False, dtype=tf.bool),
    "meshgrid ij": lambda tf: tf.meshgrid([1, 2], [3, 4, 5], indexing="ij"),
    "sequence_mask 2d": lambda tf: tf.sequence_mask([[1, 3], [0, 2]], dtype=tf.int32),
    "searchsorted rows": lambda tf: tf.searchsorted(
        np.sort(A[0]), [[0.0], [0.5], [-0.9]], side="right", out_type=tf.int64
    ),
    "sort down": lambda tf: tf.sort(V, direction="DESCENDING"),
    "argsort stable": lambda tf: tf.argsort(V, stable=True),
    "top_k": lambda tf: tf.math.top_k(A, 2),
    "where places": lambda tf: tf.where(A[0] > -0.5),
    "where broadcast": lambda tf: tf.where(A[0] > -0.5, A[0], -1.0),
    "boolean_mask 2d": lambda tf: tf.boolean_mask(A, A[..., 0] > 0),
    "cumsum": lambda tf: tf.cumsum(A, axis=2, exclusive=True, reverse=True),
    "cumprod": lambda tf: tf.math.cumprod(F, exclusive=True),
    "cumulative_logsumexp": lambda tf: tf.math.cumulative_logsumexp(F),
    "cumulative_logsumexp exclusive": lambda tf: tf.math.cumulative_logsumexp(
        A[0], axis=1, exclusive=True, reverse=True
    ),
    "fill of words": lambda tf: tf.fill([2], "a"),
    "constant shape": lambda tf: tf.constant(3, shape=[2, 2], dtype=tf.float64),
    "constant reshape": lambda tf: tf.constant([1, 2, 3, 4], shape=[2, 2]),
    "invert_permutation": lambda tf: tf.math.invert_permutation([2, 0, 1]),
    "repeat axis": lambda tf: tf.repeat(A[0], [1, 0, 2], axis=0),
    # segments
    **{
        f"segment_{kind}": lambda tf, kind=kind: getattr(tf.math, f"segment_{kind}")(
            F, IDS
        )
        for kind in ("sum", "prod", "max", "min", "mean")
    },
    **{
        f"unsorted_segment_{kind}": lambda tf, kind=kind: getattr(
            tf.math, f"unsorted_segment_{kind}"
        )(F, MIXED, 5)
        for kind in ("sum", "prod", "max", "min", "mean", "sqrt_n")
    },
    "unsorted_segment_max whole": lambda tf: tf.math.unsorted_segment_max(V, MIXED, 5),
    "unsorted_segment_sum rows": lambda tf: tf.math.unsorted_segment_sum(
        A, [[0, 1, 0], [2, 1, 1]], 3
    ),
    "segment_sum rows": lambda tf: tf.math.segment_sum(A, [0, 1]),
    "segment_max whole": lambda tf: tf.math.segment_max(V, IDS),
    # counts
    "bincount": lambda tf: tf.math.bincount(V),
    "bincount weights": lambda tf: tf.math.bincount(V, weights=F / 2, minlength=12),
    "bincount maxlength": lambda tf: tf.math.bincount(V, maxlength=5),
    "bincount rows": lambda tf: tf.math.bincount(V.reshape(2, 4), axis=-1, minlength=3),
    "bincount whether": lambda tf: tf.math.bincount(
        V, binary_output=True, dtype=tf.int64
    ),
    "confusion_matrix": lambda tf: tf.math.confusion_matrix([1, 2, 4], [2, 2, 4]),
    "confusion_matrix weights": lambda tf: tf.math.confusion_matrix(
        [1, 2, 1], [2, 2, 2], num_classes=4, weights=[0.5, 1, 2], dtype=tf.float32
    ),
    "in_top_k": lambda tf: tf.math.in_top_k([2, 3], A[:, 0], 2),
    # special functions
    **{
        name: lambda tf, name=name: getattr(tf.math, name)(F / 3)
        for name in (
            "lgamma",
            "digamma",
            "erfc",
            "bessel_i0",
            "bessel_i0e",
            "bessel_i1",
            "bessel_i1e",
            "expm1",
            "softsign",
            "sigmoid",
            "rint",
            "is_finite",
        )
    },
    **{
        f"special {name}": lambda tf, name=name: getattr(tf.math.special, name)(F / 3)
        for name in ("expint", "spence", "fresnel_cos", "fresnel_sin")
    },
    "ndtri": lambda tf: tf.math.ndtri([0.1, 0.5, 0.75]),
    "erfinv": lambda tf: tf.math.erfinv([0.1, 0.5, -0.75]),
    "erfcinv": lambda tf: tf.math.erfcinv([0.1, 0.5, 1.75]),
    "igamma": lambda tf: tf.math.igamma([1.0, 2.0], [0.5, 3.0]),
    "igammac": lambda tf: tf.math.igammac([1.0, 2.0], [0.5, 3.0]),
    "betainc": lambda tf: tf.math.betainc([1.0, 2.0], [0.5, 3.0], [0.25, 0.5]),
    "lbeta": lambda tf: tf.math.lbeta([[1.0, 2.0, 0.5], [1.0, 1.0, 1.0]]),
    "zeta": lambda tf: tf.math.zeta([2.0, 3.5], [1.0, 2.0]),
    "polygamma": lambda tf: tf.math.polygamma([1.0, 2.0], [0.5, 3.0]),
    "polyval": lambda tf: tf.math.polyval([1.0, -2.0, 0.5], [2.0, 3.0]),
    "xlogy": lambda tf: tf.math.xlogy([0.0, 2.0], [0.0, 3.0]),
    "xlog1py": lambda tf: tf.math.xlog1py([0.0, 2.0], [-1.0, 3.0]),
    "xdivy": lambda tf: tf.math.xdivy([0.0, 2.0], [0.0, 3.0]),
    "nextafter": lambda tf: tf.math.nextafter([1.0], [2.0]),
    "truncatediv": lambda tf: tf.truncatediv([7, -7], [2, 2]),
    "truncatemod": lambda tf: tf.truncatemod([7, -7], [2, 2]),
    "angle": lambda tf: tf.math.angle(np.array([1j, -1 + 0j], "complex64")),
    "reciprocal_no_nan": lambda tf: tf.math.reciprocal_no_nan([2.0, 0.0]),
    "scalar_mul": lambda tf: tf.math.scalar_mul(2.0, F),
    "accumulate_n": lambda tf: tf.math.accumulate_n([F, F]),
    "is_non_decreasing": lambda tf: tf.math.is_non_decreasing([1, 1, 3]),
    "is_strictly_increasing": lambda tf: tf.math.is_strictly_increasing([1, 1, 3]),
    "reduce_std": lambda tf: tf.math.reduce_std(A, axis=[0, 2]),
    "reduce_all keepdims": lambda tf: tf.reduce_all(A > 0, axis=1, keepdims=True),
    "invert": lambda tf: tf.bitwise.invert(np.array([1, 200], "uint8")),
    "bitwise": lambda tf: [
        f(np.int32([6, 12]), np.int32([3, 2]))
        for f in (
            tf.bitwise.bitwise_and,
            tf.bitwise.bitwise_or,
            tf.bitwise.bitwise_xor,
            tf.bitwise.left_shift,
            tf.bitwise.right_shift,
        )
    ],
}
