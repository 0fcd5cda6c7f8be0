"""ONNX Runtime through its C interface (ctypes): Debian ships no Python package of it.

The recipe needs it twice: to label crops with the teachers, and to measure students and teachers with the very
library the appliance uses. Only float32 tensors on the CPU are supported, which is all the recipe touches.
"""
from __future__ import annotations

import ctypes
import os
import pathlib

import numpy as np

# Positions in the OrtApi function table (onnxruntime_c_api.h). The table only ever grows at its end.
_GET_ERROR_MESSAGE, _CREATE_ENV, _CREATE_SESSION, _RUN, _CREATE_OPTIONS = 2, 3, 7, 9, 10
_SET_OPTIMISATION, _SET_INTRA_THREADS, _INPUT_COUNT, _OUTPUT_COUNT = 23, 24, 30, 31
_INPUT_NAME, _OUTPUT_NAME, _CREATE_TENSOR, _TENSOR_DATA = 36, 37, 49, 51
_DIMENSION_COUNT, _DIMENSIONS, _TENSOR_INFO, _CPU_MEMORY_INFO, _ALLOCATOR = 61, 62, 65, 69, 78
_RELEASE_VALUE, _RELEASE_TENSOR_INFO = 96, 99
_API_VERSION = 16
_FLOAT = 1


class OrtError(RuntimeError):
    """ONNX Runtime refused a call; the message is its own."""


def library_path() -> pathlib.Path:
    """Where the native library lies: WATCHPOST_ORT, else the repository's native folder. Raises FileNotFoundError."""
    named = os.environ.get("WATCHPOST_ORT")
    here = pathlib.Path(__file__).resolve().parents[2] / "native/onnxruntime/linux-x64/libonnxruntime.so.1"
    for path in [pathlib.Path(named)] if named else [here]:
        if path.exists():
            return path
    raise FileNotFoundError(f"ONNX Runtime library not found ({named or here}); set WATCHPOST_ORT")


class _Api:
    """The function table, the environment and the CPU memory description; made once per process."""

    _instance = None

    @classmethod
    def get(cls) -> "_Api":
        if cls._instance is None:
            cls._instance = cls()
        return cls._instance

    def __init__(self) -> None:
        self._library = ctypes.CDLL(str(library_path()))
        self._library.OrtGetApiBase.restype = ctypes.c_void_p
        base = self._library.OrtGetApiBase()
        get_api = ctypes.CFUNCTYPE(ctypes.c_void_p, ctypes.c_uint32)(ctypes.c_void_p.from_address(base).value)
        self._table = get_api(_API_VERSION)
        self.env = ctypes.c_void_p()
        self.call(_CREATE_ENV, ctypes.c_int(3), ctypes.c_char_p(b"training"), ctypes.byref(self.env))
        self.memory = ctypes.c_void_p()
        self.call(_CPU_MEMORY_INFO, ctypes.c_int(1), ctypes.c_int(0), ctypes.byref(self.memory))
        self.allocator = ctypes.c_void_p()
        self.call(_ALLOCATOR, ctypes.byref(self.allocator))

    def raw(self, index: int, restype=ctypes.c_void_p):
        address = ctypes.c_void_p.from_address(self._table + 8 * index).value
        return ctypes.CFUNCTYPE(restype)(address)

    def call(self, index: int, *arguments) -> None:
        status = self.raw(index)(*arguments)
        if status:
            message = self.raw(_GET_ERROR_MESSAGE, ctypes.c_char_p)(ctypes.c_void_p(status))
            raise OrtError(message.decode())


class Session:
    """One ONNX model on the CPU. Not thread-safe; float32 in, float32 out."""

    def __init__(self, path: os.PathLike | str, threads: int = 1) -> None:
        self._api = _Api.get()
        options = ctypes.c_void_p()
        self._api.call(_CREATE_OPTIONS, ctypes.byref(options))
        self._api.call(_SET_INTRA_THREADS, options, ctypes.c_int(threads))
        self._api.call(_SET_OPTIMISATION, options, ctypes.c_int(99))
        self._session = ctypes.c_void_p()
        self._api.call(_CREATE_SESSION, self._api.env, ctypes.c_char_p(str(path).encode()), options,
                       ctypes.byref(self._session))
        self.inputs = self._names(_INPUT_COUNT, _INPUT_NAME)
        self.outputs = self._names(_OUTPUT_COUNT, _OUTPUT_NAME)

    def _names(self, count_index: int, name_index: int) -> list[str]:
        count = ctypes.c_size_t()
        self._api.call(count_index, self._session, ctypes.byref(count))
        names = []
        for index in range(count.value):
            name = ctypes.c_char_p()
            self._api.call(name_index, self._session, ctypes.c_size_t(index), self._api.allocator, ctypes.byref(name))
            names.append(name.value.decode())
        return names

    def run(self, image: np.ndarray) -> dict[str, np.ndarray]:
        """Runs the single-input model on a float32 NCHW array; returns a copy of every output by its name."""
        image = np.ascontiguousarray(image, dtype=np.float32)
        shape = (ctypes.c_int64 * image.ndim)(*image.shape)
        tensor = ctypes.c_void_p()
        self._api.call(_CREATE_TENSOR, self._api.memory, ctypes.c_void_p(image.ctypes.data),
                       ctypes.c_size_t(image.nbytes), shape, ctypes.c_size_t(image.ndim), ctypes.c_int(_FLOAT),
                       ctypes.byref(tensor))
        names_in = (ctypes.c_char_p * 1)(self.inputs[0].encode())
        names_out = (ctypes.c_char_p * len(self.outputs))(*[name.encode() for name in self.outputs])
        values_in = (ctypes.c_void_p * 1)(tensor)
        values_out = (ctypes.c_void_p * len(self.outputs))()
        try:
            self._api.call(_RUN, self._session, ctypes.c_void_p(), names_in, values_in, ctypes.c_size_t(1), names_out,
                           ctypes.c_size_t(len(self.outputs)), values_out)
            return {name: self._copy(ctypes.c_void_p(value)) for name, value in zip(self.outputs, values_out)}
        finally:
            for value in (tensor, *[ctypes.c_void_p(value) for value in values_out if value]):
                self._api.raw(_RELEASE_VALUE, None)(value)

    def _copy(self, value: ctypes.c_void_p) -> np.ndarray:
        info = ctypes.c_void_p()
        self._api.call(_TENSOR_INFO, value, ctypes.byref(info))
        rank = ctypes.c_size_t()
        self._api.call(_DIMENSION_COUNT, info, ctypes.byref(rank))
        dimensions = (ctypes.c_int64 * rank.value)()
        self._api.call(_DIMENSIONS, info, dimensions, rank)
        self._api.raw(_RELEASE_TENSOR_INFO, None)(info)
        data = ctypes.POINTER(ctypes.c_float)()
        self._api.call(_TENSOR_DATA, value, ctypes.byref(data))
        return np.ctypeslib.as_array(data, shape=tuple(dimensions)).copy()
