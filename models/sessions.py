"""Open a network on ONNX Runtime: the one place that says how every network is run."""

from __future__ import annotations

from functools import cache

import onnxruntime


def open_session(weights: bytes, threads: int) -> onnxruntime.InferenceSession:
    """Return a session on checked `weights` that keeps the log silent; `threads` for one pass."""
    _share_memory()
    options = onnxruntime.SessionOptions()
    options.intra_op_num_threads = threads
    options.inter_op_num_threads = 1
    # a thread that waits for its share of a layer sleeps: six samples in one process, two threads, took 32.9 and 32.2 s
    # of processor instead of 38.4 and 44.4, alternately, in as many seconds on the clock within the noise
    options.add_session_config_entry("session.intra_op.allow_spinning", "0")
    options.log_severity_level = 3  # errors only
    options.add_session_config_entry("session.use_env_allocators", "1")
    return onnxruntime.InferenceSession(weights, options, providers=["CPUExecutionProvider"])


@cache
def _share_memory() -> None:
    """Let all networks of this process work in the same memory, one after the other, and keep it.

    It holds as much as the hungriest of them needs, about 300 MB: pictures are passed in tiles, so a larger one needs
    no more.  8 phone photos in one process, one run: 0.45 s of system time and 0.66 GB at most with it; 2.3 s and
    0.87 GB with memory asked for and given back layer by layer; 0.8 s and 0.84 GB with memory of its own for each.
    """
    place = onnxruntime.OrtMemoryInfo(
        "Cpu", onnxruntime.OrtAllocatorType.ORT_ARENA_ALLOCATOR, 0, onnxruntime.OrtMemType.DEFAULT
    )
    # no limit; grows to the next power of two; the runtime's own defaults for the sizes of its pieces
    plan = {"max_mem": 0, "arena_extend_strategy": 0, "initial_chunk_size_bytes": -1, "max_dead_bytes_per_chunk": -1}
    onnxruntime.create_and_register_allocator(place, onnxruntime.OrtArenaCfg(plan))
