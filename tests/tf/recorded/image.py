"""Calls whose results are recorded from TensorFlow: images."""

import numpy as np

R = np.random.default_rng(11)
X = R.uniform(size=(2, 5, 7, 3)).astype("float32")
Y = np.clip(X + R.normal(scale=0.1, size=X.shape), 0, 1).astype("float32")
U = R.integers(0, 256, size=(6, 5, 3)).astype("uint8")
BIG = R.uniform(size=(1, 48, 45, 3)).astype("float32")
BIG2 = np.clip(BIG + R.normal(scale=0.05, size=BIG.shape), 0, 1).astype("float32")
BOXES = np.float32(
    [[0, 0, 1, 1], [0, 0.1, 1, 1.1], [0, -0.1, 1, 0.9], [0, 10, 1, 11],
     [0, 10.1, 1, 11.1], [0, 100, 1, 101]]
)  # fmt: skip
SCORES = np.float32([0.9, 0.75, 0.6, 0.95, 0.5, 0.3])
METHODS = (
    "bilinear", "nearest", "area", "lanczos3", "lanczos5", "gaussian", "mitchellcubic",
)  # fmt: skip

CASES = {
    **{
        f"resize {m} {s} {a}": (
            lambda tf, m=m, s=s, a=a: tf.image.resize(X, s, method=m, antialias=a),
            5e-3 if m == "gaussian" else 1e-5,
        )
        for m in METHODS
        for s in ([3, 4], [10, 9])
        for a in ((False, True) if m != "area" else (False,))
    },
    "resize bicubic": (lambda tf: tf.image.resize(X, [3, 4], "bicubic"), 2e-3),
    "resize bicubic larger": (lambda tf: tf.image.resize(X, [9, 11], "bicubic"), 2e-3),
    "resize bicubic smooth": lambda tf: tf.image.resize(
        X, [3, 4], "bicubic", antialias=True
    ),
    "resize of bytes": lambda tf: tf.image.resize(U, [4, 8]),
    "resize to the same": lambda tf: tf.image.resize(U, [6, 5]),
    "resize of bytes nearest": lambda tf: tf.image.resize(U, [4, 8], "nearest"),
    "resize proportions": lambda tf: tf.image.resize(
        X, [20, 9], preserve_aspect_ratio=True
    ),
    "resize_with_pad": lambda tf: tf.image.resize_with_pad(X, 8, 8),
    "resize_with_pad wide": lambda tf: tf.image.resize_with_pad(U, 4, 9),
    "resize_with_crop_or_pad": lambda tf: tf.image.resize_with_crop_or_pad(X, 8, 4),
    "resize_with_crop_or_pad odd": lambda tf: tf.image.resize_with_crop_or_pad(U, 3, 8),
    "central_crop": lambda tf: tf.image.central_crop(X, 0.5),
    "central_crop odd": lambda tf: tf.image.central_crop(U, 0.7),
    "crop_to_bounding_box": lambda tf: tf.image.crop_to_bounding_box(X, 1, 2, 3, 4),
    "pad_to_bounding_box": lambda tf: tf.image.pad_to_bounding_box(U, 1, 2, 8, 9),
    "crop_and_resize": lambda tf: tf.image.crop_and_resize(
        X,
        [[0.0, 0.0, 1.0, 1.0], [0.2, 0.6, 1.2, 0.1]],
        [1, 0],
        [4, 3],
        extrapolation_value=-1.0,
    ),
    "crop_and_resize nearest": lambda tf: tf.image.crop_and_resize(
        X, [[0.1, 0.0, 0.8, 1.0]], [0], [1, 6], method="nearest"
    ),
    "extract_patches": lambda tf: tf.image.extract_patches(
        X, [1, 2, 3, 1], [1, 2, 2, 1], [1, 1, 1, 1], "SAME"
    ),
    "extract_patches gaps": lambda tf: tf.image.extract_patches(
        X, [1, 2, 2, 1], [1, 1, 1, 1], [1, 2, 3, 1], "VALID"
    ),
    # colours
    "to floats": lambda tf: tf.image.convert_image_dtype(U, tf.float32),
    "to bytes": lambda tf: tf.image.convert_image_dtype(X, tf.uint8),
    "to bytes within": lambda tf: tf.image.convert_image_dtype(
        X * 3 - 1, tf.uint8, saturate=True
    ),
    "to shorts": lambda tf: tf.image.convert_image_dtype(U, tf.int16),
    "from shorts": lambda tf: tf.image.convert_image_dtype(
        np.int16([0, 300, 32767]), tf.uint8
    ),
    "adjust_brightness": lambda tf: tf.image.adjust_brightness(X, 0.1),
    "adjust_brightness bytes": lambda tf: tf.image.adjust_brightness(U, delta=0.3),
    "adjust_contrast": lambda tf: tf.image.adjust_contrast(X, 2.0),
    "adjust_contrast bytes": lambda tf: tf.image.adjust_contrast(U, 0.5),
    "adjust_gamma": lambda tf: tf.image.adjust_gamma(X, 2.0, gain=0.5),
    "adjust_hue": lambda tf: tf.image.adjust_hue(X, 0.2),
    "adjust_saturation": lambda tf: tf.image.adjust_saturation(X, 3),
    "adjust_saturation bytes": lambda tf: tf.image.adjust_saturation(U, 0.5),
    "rgb_to_grayscale": lambda tf: tf.image.rgb_to_grayscale(X),
    "rgb_to_grayscale bytes": lambda tf: tf.image.rgb_to_grayscale(U),
    "grayscale_to_rgb": lambda tf: tf.image.grayscale_to_rgb(tf.constant(X[..., :1])),
    **{
        name: lambda tf, name=name: getattr(tf.image, name)(tf.constant(X))
        for name in (
            "rgb_to_hsv",
            "hsv_to_rgb",
            "rgb_to_yiq",
            "yiq_to_rgb",
            "rgb_to_yuv",
            "yuv_to_rgb",
            "per_image_standardization",
            "flip_left_right",
            "flip_up_down",
            "rot90",
            "transpose",
            "sobel_edges",
            "image_gradients",
            "total_variation",
        )
    },
    "rgb_to_hsv of a row": lambda tf: tf.image.rgb_to_hsv(X[0, 0]),
    "standardisation of bytes": lambda tf: tf.image.per_image_standardization(U),
    "rot90 thrice": lambda tf: tf.image.rot90(U, k=3),
    "total_variation of one": lambda tf: tf.image.total_variation(tf.constant(X[0])),
    # by chance, but the same for the same seed
    "stateless brightness": lambda tf: tf.image.stateless_random_brightness(
        X, 0.3, (1, 2)
    ),
    "stateless contrast": lambda tf: tf.image.stateless_random_contrast(
        X, 0.3, 0.9, (1, 2)
    ),
    "stateless hue": lambda tf: tf.image.stateless_random_hue(X, 0.3, (1, 2)),
    "stateless saturation": lambda tf: tf.image.stateless_random_saturation(
        X, 0.3, 0.9, (1, 2)
    ),
    "stateless crop": lambda tf: tf.image.stateless_random_crop(U, [3, 3, 3], (3, 2)),
    **{
        f"stateless flips {seed}": lambda tf, seed=seed: [
            tf.image.stateless_random_flip_left_right(X[0], (seed, 2)),
            tf.image.stateless_random_flip_up_down(X, (seed, 2)),
        ]
        for seed in (1, 3)
    },
    # measures
    "psnr": lambda tf: tf.image.psnr(X, Y, max_val=1.0),
    "psnr bytes": lambda tf: tf.image.psnr(U, U[::-1], 255),
    "ssim": lambda tf: tf.image.ssim(BIG, BIG2, 1.0),
    "ssim of a filter": lambda tf: tf.image.ssim(X, Y, 1.0, filter_size=3),
    "ssim bytes": lambda tf: tf.image.ssim(U, U[::-1], 255, filter_size=3),
    "ssim_multiscale": lambda tf: tf.image.ssim_multiscale(
        BIG, BIG2, 1.0, power_factors=(0.2, 0.3, 0.5), filter_size=5
    ),
    # boxes
    "non_max_suppression": lambda tf: tf.image.non_max_suppression(BOXES, SCORES, 3),
    "non_max_suppression threshold": lambda tf: tf.image.non_max_suppression(
        BOXES, SCORES, 6, iou_threshold=0.9, score_threshold=0.55
    ),
    "non_max_suppression soft": lambda tf: tf.image.non_max_suppression_with_scores(
        BOXES, SCORES, 6, iou_threshold=1.0, score_threshold=0.0, soft_nms_sigma=0.5
    ),
    "non_max_suppression padded": lambda tf: tf.image.non_max_suppression_padded(
        BOXES, SCORES, 5, 0.5, 0.0, pad_to_max_output_size=True
    ),
    "combined_non_max_suppression": lambda tf: tf.image.combined_non_max_suppression(
        BOXES[None, :, None], np.stack([SCORES, SCORES[::-1]], -1)[None], 2, 3
    ),
    "draw_bounding_boxes": lambda tf: tf.image.draw_bounding_boxes(
        X, np.float32([[[0.1, 0.2, 0.7, 0.9], [0.0, 0.0, 2.0, 0.5]]] * 2), None
    ),
    "draw_bounding_boxes coloured": lambda tf: tf.image.draw_bounding_boxes(
        X, np.float32([[[0.1, 0.2, 0.7, 0.9]]] * 2), np.float32([[0.5, 0.25, 1.0]])
    ),
}
