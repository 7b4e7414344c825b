"""`keras.applications`: well-known networks, with weights trained on ImageNet."""

from addax._base.lazy import lazy_exports

_MODULES = (
    "convnext", "densenet", "efficientnet", "efficientnet_v2", "imagenet_utils",
    "inception_resnet_v2", "inception_v3", "mobilenet", "mobilenet_v2",
    "mobilenet_v3", "nasnet", "resnet", "resnet50", "resnet_v2", "vgg16", "vgg19",
    "xception",
)  # fmt: skip
_NAMES = {
    "ConvNeXtBase": ".convnext",
    "ConvNeXtLarge": ".convnext",
    "ConvNeXtSmall": ".convnext",
    "ConvNeXtTiny": ".convnext",
    "ConvNeXtXLarge": ".convnext",
    "DenseNet121": ".densenet",
    "DenseNet169": ".densenet",
    "DenseNet201": ".densenet",
    "EfficientNetB0": ".efficientnet",
    "EfficientNetB1": ".efficientnet",
    "EfficientNetB2": ".efficientnet",
    "EfficientNetB3": ".efficientnet",
    "EfficientNetB4": ".efficientnet",
    "EfficientNetB5": ".efficientnet",
    "EfficientNetB6": ".efficientnet",
    "EfficientNetB7": ".efficientnet",
    "EfficientNetV2B0": ".efficientnet_v2",
    "EfficientNetV2B1": ".efficientnet_v2",
    "EfficientNetV2B2": ".efficientnet_v2",
    "EfficientNetV2B3": ".efficientnet_v2",
    "EfficientNetV2L": ".efficientnet_v2",
    "EfficientNetV2M": ".efficientnet_v2",
    "EfficientNetV2S": ".efficientnet_v2",
    "InceptionResNetV2": ".inception_resnet_v2",
    "InceptionV3": ".inception_v3",
    "MobileNet": ".mobilenet",
    "MobileNetV2": ".mobilenet_v2",
    "MobileNetV3Large": ".mobilenet_v3",
    "MobileNetV3Small": ".mobilenet_v3",
    "NASNetLarge": ".nasnet",
    "NASNetMobile": ".nasnet",
    "ResNet101": ".resnet",
    "ResNet101V2": ".resnet_v2",
    "ResNet152": ".resnet",
    "ResNet152V2": ".resnet_v2",
    "ResNet50": ".resnet",
    "ResNet50V2": ".resnet_v2",
    "VGG16": ".vgg16",
    "VGG19": ".vgg19",
    "Xception": ".xception",
}

__getattr__, __dir__, __all__ = lazy_exports(__name__, _NAMES, modules=_MODULES)
