"""The names that a pickle of arrays, tables and tensors asks for, and what each stands for."""

TORCH_MAGIC = 0x1950A86A20F9469CFC6C
TORCH_TYPES = {
    "FloatStorage": "<f4",
    "DoubleStorage": "<f8",
    "ByteStorage": "u1",
    "LongStorage": "<i8",
}
_NUMPY = ("numpy.core", "numpy._core")  # NumPy 1 and 2
KNOWN = {
    **{(f"{core}.multiarray", "_reconstruct"): "array" for core in _NUMPY},
    **{(f"{core}.multiarray", "scalar"): "scalar" for core in _NUMPY},
    **{(f"{core}.numeric", "_frombuffer"): "buffer" for core in _NUMPY},
    ("numpy", "dtype"): "dtype",
    ("numpy", "ndarray"): "name",
    ("builtins", "slice"): "slice",
    **{(module, "DataFrame"): "frame" for module in ("pandas.core.frame", "pandas")},
    **{(module, "Series"): "series" for module in ("pandas.core.series", "pandas")},
    ("pandas.core.internals.managers", "BlockManager"): "manager",
    ("pandas.core.internals.managers", "SingleBlockManager"): "manager",
    ("pandas._libs.internals", "_unpickle_block"): "block",
    ("pandas.core.indexes.base", "_new_Index"): "index",
    **{(module, "Index"): "name" for module in ("pandas.core.indexes.base", "pandas")},
    **{(module, "RangeIndex"): "name" for module in ("pandas.core.indexes.range", "pandas")},
    **{("pandas.core.indexes.numeric", f"{kind}64Index"): "name" for kind in ("Int", "Float")},
    ("pandas._libs.arrays", "__pyx_unpickle_NDArrayBacked"): "strings",
    **{(m, "StringArray"): "name" for m in ("pandas.core.arrays.string_", "pandas.arrays")},
    **{(module, "StringDtype"): "name" for module in ("pandas.core.arrays.string_", "pandas")},
    ("pandas.core.arrays.string_arrow", "ArrowStringArray"): "arrow",
    ("pandas.arrays", "ArrowStringArray"): "arrow",
    ("builtins", "bytearray"): "name",
    ("pyarrow.lib", "chunked_array"): "chunks",
    ("pyarrow.lib", "_restore_array"): "texts",
    **{("pyarrow.lib", name): "name" for name in ("py_buffer", "type_for_alias")},
    ("torch._utils", "_rebuild_tensor_v2"): "tensor",
    ("torch.storage", "_load_from_bytes"): "storage",
    **{("torch", storage): "name" for storage in TORCH_TYPES},
    ("collections", "OrderedDict"): "name",
}
