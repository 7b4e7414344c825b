"""`keras.utils.bounding_boxes`: boxes converted, clipped, moved, compared, encoded."""

from addax.ops.box_overlap import compute_ciou as compute_ciou
from addax.ops.box_overlap import compute_iou as compute_iou
from addax.ops.box_overlap import decode_deltas_to_boxes as decode_deltas_to_boxes
from addax.ops.box_overlap import encode_box_to_deltas as encode_box_to_deltas
from addax.ops.boxes import affine_transform as affine_transform
from addax.ops.boxes import clip_to_image_size as clip_to_image_size
from addax.ops.boxes import convert_format as convert_format
from addax.ops.boxes import crop as crop
from addax.ops.boxes import pad as pad
