"""`tf.io`: files, images, records."""

from addax._base.lazy import lazy_exports

_EXAMPLES = "addax.data.examples"
_NAMES = {
    "FixedLenFeature": _EXAMPLES,
    "FixedLenSequenceFeature": _EXAMPLES,
    "RaggedFeature": _EXAMPLES,
    "TFRecordOptions": "addax.data.records:RecordOptions",
    "TFRecordWriter": "addax.data.records:RecordWriter",
    "VarLenFeature": _EXAMPLES,
    "decode_and_crop_jpeg": ".images",
    "decode_base64": ".files",
    "decode_bmp": ".images",
    "decode_csv": ".files",
    "decode_gif": ".images",
    "decode_image": ".images",
    "decode_jpeg": ".images",
    "decode_png": ".images",
    "decode_raw": ".files",
    "decode_webp": ".images",
    "encode_base64": ".files",
    "encode_jpeg": ".images",
    "encode_png": ".images",
    "extract_jpeg_shape": ".images",
    "is_jpeg": ".images",
    "matching_files": ".files",
    "parse_example": ".examples",
    "parse_single_example": ".examples",
    "parse_tensor": ".files",
    "read_file": ".files",
    "serialize_tensor": ".files",
    "write_file": ".files",
}

__getattr__, __dir__, __all__ = lazy_exports(__name__, _NAMES, modules=["gfile"])
