"""`keras.visualization`: images drawn on, and shown side by side."""

from addax._base.lazy import lazy_exports

_NAMES = {
    "draw_bounding_boxes": ".drawing",
    "draw_segmentation_masks": ".drawing",
    "plot_bounding_box_gallery": ".galleries",
    "plot_image_gallery": ".galleries",
    "plot_segmentation_mask_gallery": ".galleries",
}

__getattr__, __dir__, __all__ = lazy_exports(__name__, _NAMES)
