"""Calls whose results are recorded from TensorFlow: functions for networks."""

import numpy as np

R = np.random.default_rng(7)


def make(*shape):
    return R.normal(size=shape).astype("float32")


X1, X2, X3 = make(2, 9, 3), make(2, 6, 7, 3), make(1, 4, 5, 4, 2)
K1, K2, K3 = make(3, 3, 4), make(3, 2, 3, 4), make(2, 2, 2, 2, 3)
DEEP, POINT = make(3, 3, 3, 2), make(1, 1, 6, 5)
LOGITS, Z = make(4, 5), np.float32([[0, 1, 0, 0.5, 1]] * 4)
CTC = make(6, 2, 5)
SAMPLED = (
    np.int64([1, 3, 7]),
    np.float32([[0.5], [0.25]]),
    np.float32([0.3, 0.2, 0.1]),
)
W, B, IN = make(8, 4), make(8), make(2, 4)
LABELS = np.int64([[2], [3]])

CASES = {
    "conv1d": lambda tf: tf.nn.conv1d(X1, K1, stride=2, padding="SAME"),
    "conv1d valid": lambda tf: tf.nn.conv1d(X1, K1, 1, "VALID", dilations=2),
    "conv2d": lambda tf: tf.nn.conv2d(X2, K2, strides=[1, 2, 1, 1], padding="SAME"),
    "conv2d explicit": lambda tf: tf.nn.conv2d(
        X2, K2, 1, [[0, 0], [1, 2], [0, 1], [0, 0]]
    ),
    "conv2d dilated": lambda tf: tf.nn.conv2d(X2, K2, 1, "SAME", dilations=[2, 1]),
    "conv2d groups": lambda tf: tf.nn.conv2d(X2[..., :2], K2[:, :, :1], 1, "VALID"),
    "conv3d": lambda tf: tf.nn.conv3d(X3, K3, [1, 1, 2, 1, 1], "SAME"),
    "convolution": lambda tf: tf.nn.convolution(X2, K2, strides=2, padding="SAME"),
    "conv2d_transpose": lambda tf: tf.nn.conv2d_transpose(
        X2[..., :2], K2[..., :2].transpose(0, 1, 2, 3), [2, 12, 14, 3], 2
    ),
    "conv2d_transpose valid": lambda tf: tf.nn.conv2d_transpose(
        X2[..., :2], K2[..., :2], [2, 14, 14, 3], [1, 2, 2, 1], padding="VALID"
    ),
    "conv1d_transpose": lambda tf: tf.nn.conv1d_transpose(
        X1[..., :2], K1[..., :2], [2, 17, 3], 2
    ),
    "conv3d_transpose": lambda tf: tf.nn.conv3d_transpose(
        X3, K3.transpose(0, 1, 2, 4, 3), [1, 8, 9, 8, 3], 2
    ),
    "atrous_conv2d": lambda tf: tf.nn.atrous_conv2d(X2, K2, 2, "SAME"),
    "depthwise_conv2d": lambda tf: tf.nn.depthwise_conv2d(
        X2, DEEP, [1, 1, 1, 1], "SAME"
    ),
    "depthwise_conv2d strides": lambda tf: tf.nn.depthwise_conv2d(
        X2, DEEP, [1, 2, 2, 1], "VALID"
    ),
    "separable_conv2d": lambda tf: tf.nn.separable_conv2d(
        X2, DEEP, POINT, [1, 1, 1, 1], "VALID"
    ),
    **{
        f"{kind}_pool {padding}": lambda tf, kind=kind, padding=padding: getattr(
            tf.nn, f"{kind}_pool2d"
        )(X2, 3, 2, padding)
        for kind in ("max", "avg")
        for padding in ("SAME", "VALID")
    },
    "max_pool explicit": lambda tf: tf.nn.max_pool2d(
        X2, 2, 2, [[0, 0], [1, 1], [0, 1], [0, 0]]
    ),
    "max_pool1d": lambda tf: tf.nn.max_pool1d(X1, 2, 2, "VALID"),
    "avg_pool3d": lambda tf: tf.nn.avg_pool3d(X3, [2, 2, 2], 1, "SAME"),
    "max_pool": lambda tf: tf.nn.max_pool(X2, [1, 2, 2, 1], [1, 2, 2, 1], "SAME"),
    "pool": lambda tf: tf.nn.pool(X2, [2, 2], "AVG", padding="SAME"),
    "pool dilated": lambda tf: tf.nn.pool(X2, [2, 2], "MAX", dilations=[2, 1]),
    "max_pool_with_argmax": lambda tf: tf.nn.max_pool_with_argmax(X2, 2, 2, "SAME"),
    "max_pool_with_argmax batch": lambda tf: tf.nn.max_pool_with_argmax(
        X2, 2, 2, "VALID", include_batch_in_index=True
    ),
    "dilation2d": lambda tf: tf.nn.dilation2d(
        X2, K2[..., 0], [1, 1, 1, 1], "SAME", "NHWC", [1, 1, 1, 1]
    ),
    "erosion2d": lambda tf: tf.nn.erosion2d(
        X2, K2[..., 0], [1, 1, 1, 1], "VALID", "NHWC", [1, 1, 1, 1]
    ),
    "space_to_depth": lambda tf: tf.nn.space_to_depth(X2[:, :, :6], 2),
    "depth_to_space": lambda tf: tf.nn.depth_to_space(make_once(X2), 2),
    "weighted": lambda tf: tf.nn.weighted_cross_entropy_with_logits(Z, LOGITS, 2.0),
    "log_poisson_loss": lambda tf: tf.nn.log_poisson_loss(Z * 3, LOGITS, True),
    "ctc_loss": lambda tf: tf.nn.ctc_loss(
        [[1, 2, 2], [3, 1, 0]], CTC, [3, 2], [6, 5], blank_index=-1
    ),
    "ctc_loss blank first": lambda tf: tf.nn.ctc_loss(
        [[1, 2, 2], [3, 1, 0]],
        CTC.transpose(1, 0, 2),
        [3, 2],
        [6, 5],
        logits_time_major=False,
        blank_index=0,
    ),
    "crelu": lambda tf: tf.nn.crelu(LOGITS),
    "lrn": lambda tf: tf.nn.lrn(X2, depth_radius=1, bias=0.5, alpha=0.3, beta=0.75),
    "weighted_moments": lambda tf: tf.nn.weighted_moments(X2, [1, 2], np.abs(X2)),
    "sufficient_statistics": lambda tf: tf.nn.sufficient_statistics(X2, [0, 1])[:3],
    "normalize_moments": lambda tf: tf.nn.normalize_moments(8.0, [4.0], [9.0], [1.0]),
    "sampled_softmax_loss": lambda tf: tf.nn.sampled_softmax_loss(
        W, B, LABELS, IN, 3, 8, sampled_values=SAMPLED
    ),
    "nce_loss": lambda tf: tf.nn.nce_loss(
        W, B, LABELS, IN, 3, 8, sampled_values=SAMPLED
    ),
    "moments": lambda tf: tf.nn.moments(X2, [0, 1], keepdims=True),
    "batch_normalization": lambda tf: tf.nn.batch_normalization(
        X1, X1.mean((0, 1)), X1.var((0, 1)), None, np.float32([1, 2, 3]), 1e-3
    ),
    "bias_add channels first": lambda tf: tf.nn.bias_add(
        X2.transpose(0, 3, 1, 2), B[:3], data_format="NCHW"
    ),
    "embedding_lookup max_norm": lambda tf: tf.nn.embedding_lookup(
        W, [1, 2], max_norm=1.0
    ),
    "gelu": lambda tf: tf.nn.gelu(LOGITS, approximate=True),
    "selu": lambda tf: tf.nn.selu(LOGITS),
    "relu6": lambda tf: tf.nn.relu6(LOGITS * 5),
    "softmax cross-entropy of an axis": lambda tf: (
        tf.nn.softmax_cross_entropy_with_logits(Z.T / 2.5, LOGITS.T, axis=0)
    ),
    "dropout nothing": lambda tf: tf.nn.dropout(LOGITS, 0.0),
    "average loss": lambda tf: tf.nn.compute_average_loss(
        [1.0, 2.0], sample_weight=[1.0, 0.5]
    ),
    "silu": lambda tf: tf.nn.silu(LOGITS, beta=2.0),
}


def make_once(x):
    return np.concatenate([x, x[..., :1]], -1)
