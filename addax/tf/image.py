"""`tf.image`: images resized, turned, coloured, compared."""

from addax.tf._advice import absent
from addax.tf.boxes import combined_non_max_suppression as combined_non_max_suppression
from addax.tf.boxes import draw_bounding_boxes as draw_bounding_boxes
from addax.tf.boxes import non_max_suppression as non_max_suppression
from addax.tf.boxes import non_max_suppression_overlaps as non_max_suppression_overlaps
from addax.tf.boxes import non_max_suppression_padded as non_max_suppression_padded
from addax.tf.boxes import (
    non_max_suppression_with_scores as non_max_suppression_with_scores,
)
from addax.tf.colours import adjust_brightness as adjust_brightness
from addax.tf.colours import adjust_contrast as adjust_contrast
from addax.tf.colours import adjust_gamma as adjust_gamma
from addax.tf.colours import adjust_hue as adjust_hue
from addax.tf.colours import adjust_saturation as adjust_saturation
from addax.tf.colours import convert_image_dtype as convert_image_dtype
from addax.tf.colours import grayscale_to_rgb as grayscale_to_rgb
from addax.tf.colours import hsv_to_rgb as hsv_to_rgb
from addax.tf.colours import per_image_standardization as per_image_standardization
from addax.tf.colours import rgb_to_grayscale as rgb_to_grayscale
from addax.tf.colours import rgb_to_hsv as rgb_to_hsv
from addax.tf.colours import rgb_to_yiq as rgb_to_yiq
from addax.tf.colours import rgb_to_yuv as rgb_to_yuv
from addax.tf.colours import yiq_to_rgb as yiq_to_rgb
from addax.tf.colours import yuv_to_rgb as yuv_to_rgb
from addax.tf.flips import adjust_jpeg_quality as adjust_jpeg_quality
from addax.tf.flips import flip_left_right as flip_left_right
from addax.tf.flips import flip_up_down as flip_up_down
from addax.tf.flips import random_brightness as random_brightness
from addax.tf.flips import random_contrast as random_contrast
from addax.tf.flips import random_crop as random_crop
from addax.tf.flips import random_flip_left_right as random_flip_left_right
from addax.tf.flips import random_flip_up_down as random_flip_up_down
from addax.tf.flips import random_hue as random_hue
from addax.tf.flips import random_jpeg_quality as random_jpeg_quality
from addax.tf.flips import random_saturation as random_saturation
from addax.tf.flips import rot90 as rot90
from addax.tf.flips import stateless_random_brightness as stateless_random_brightness
from addax.tf.flips import stateless_random_contrast as stateless_random_contrast
from addax.tf.flips import stateless_random_crop as stateless_random_crop
from addax.tf.flips import (
    stateless_random_flip_left_right as stateless_random_flip_left_right,
)
from addax.tf.flips import (
    stateless_random_flip_up_down as stateless_random_flip_up_down,
)
from addax.tf.flips import stateless_random_hue as stateless_random_hue
from addax.tf.flips import (
    stateless_random_jpeg_quality as stateless_random_jpeg_quality,
)
from addax.tf.flips import stateless_random_saturation as stateless_random_saturation
from addax.tf.flips import transpose as transpose
from addax.tf.io.images import decode_and_crop_jpeg as decode_and_crop_jpeg
from addax.tf.io.images import decode_bmp as decode_bmp
from addax.tf.io.images import decode_gif as decode_gif
from addax.tf.io.images import decode_image as decode_image
from addax.tf.io.images import decode_jpeg as decode_jpeg
from addax.tf.io.images import decode_png as decode_png
from addax.tf.io.images import encode_jpeg as encode_jpeg
from addax.tf.io.images import encode_png as encode_png
from addax.tf.io.images import extract_jpeg_shape as extract_jpeg_shape
from addax.tf.io.images import is_jpeg as is_jpeg
from addax.tf.likeness import image_gradients as image_gradients
from addax.tf.likeness import psnr as psnr
from addax.tf.likeness import sobel_edges as sobel_edges
from addax.tf.likeness import ssim as ssim
from addax.tf.likeness import ssim_multiscale as ssim_multiscale
from addax.tf.likeness import total_variation as total_variation
from addax.tf.resizing import ResizeMethod as ResizeMethod
from addax.tf.resizing import central_crop as central_crop
from addax.tf.resizing import crop_and_resize as crop_and_resize
from addax.tf.resizing import crop_to_bounding_box as crop_to_bounding_box
from addax.tf.resizing import extract_patches as extract_patches
from addax.tf.resizing import pad_to_bounding_box as pad_to_bounding_box
from addax.tf.resizing import resize as resize
from addax.tf.resizing import resize_with_crop_or_pad as resize_with_crop_or_pad
from addax.tf.resizing import resize_with_pad as resize_with_pad

__getattr__ = absent(__name__)
