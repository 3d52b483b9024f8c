from .conv_pool import ConvReLUPool2d as ConvReLUPool2d
from .winograd import WinogradConvReLUPool2d as WinogradConvReLUPool2d
