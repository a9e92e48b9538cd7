"""Open a network on ONNX Runtime: the one place that says how every network is run."""

from __future__ import annotations

import onnxruntime


def open_session(weights: bytes, threads: int) -> onnxruntime.InferenceSession:
    """Return a session on checked `weights` that keeps memory flat and the log silent; `threads` for one pass."""
    options = onnxruntime.SessionOptions()
    options.intra_op_num_threads = threads
    options.inter_op_num_threads = 1
    options.enable_cpu_mem_arena = False  # the arena keeps the peak of the largest picture for ever
    options.log_severity_level = 3  # errors only
    return onnxruntime.InferenceSession(weights, options, providers=["CPUExecutionProvider"])
