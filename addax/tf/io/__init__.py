"""`tf.io`: files, images, records."""

from addax._base.lazy import lazy_exports

_EXAMPLES = "addax.data.examples"
_NAMES = {
    "FixedLenFeature": _EXAMPLES,
    "FixedLenSequenceFeature": _EXAMPLES,
    "RaggedFeature": _EXAMPLES,
    "VarLenFeature": _EXAMPLES,
    "TFRecordOptions": "addax.data.records:RecordOptions",
    "TFRecordWriter": "addax.data.records:RecordWriter",
    **dict.fromkeys(
        (
            "decode_and_crop_jpeg", "decode_bmp", "decode_gif", "decode_image",
            "decode_jpeg", "decode_png", "encode_jpeg", "encode_png",
            "extract_jpeg_shape", "is_jpeg",
        ),
        ".images",
    ),
    **dict.fromkeys(("parse_example", "parse_single_example"), ".examples"),
    **dict.fromkeys(
        (
            "decode_base64", "decode_csv", "decode_raw", "encode_base64",
            "matching_files", "parse_tensor", "read_file", "serialize_tensor",
            "write_file",
        ),
        ".files",
    ),
}  # fmt: skip

__getattr__, __dir__, __all__ = lazy_exports(__name__, _NAMES, modules=["gfile"])
