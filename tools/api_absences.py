"""Names and parameters of Keras that addax does not have, each with the reason.

A row may have wildcards; it must fit at least one absence. `tools/api_coverage.py`
reads the table.
"""

_EXPORT = "export comes with the exporters, a part of its own"
_QUANTIZERS = "quantization comes with the optimizing tools, a part of its own"
_DISTRIBUTION = "several devices come with the part on distribution"
_STUBS = "Keras 3's are stubs that raise, whatever they are given; addax's work"
_RANDOM_SIZE = "a compiled program has no output of random size: RandomZoom(factor, 0)"

ABSENCES: dict[str, str] = {
    "keras.Quantizer": _QUANTIZERS,
    "keras.distribution": _DISTRIBUTION,
    "keras.distribution.*": _DISTRIBUTION,
    "keras.export": _EXPORT,
    "keras.export.*": _EXPORT,
    "keras.layers.RandomHeight": _RANDOM_SIZE,
    "keras.layers.RandomWidth": _RANDOM_SIZE,
    "keras.optimizers.legacy.*([*]args)": _STUBS,
    "keras.quantizers": _QUANTIZERS,
    "keras.quantizers.*": _QUANTIZERS,
}
