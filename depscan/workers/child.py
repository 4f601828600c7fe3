"""The program of a child: settings, then chunks of jobs on its standard input, answers on what was its output."""

from __future__ import annotations

import os
import signal
import sys
from typing import TYPE_CHECKING

import msgspec

from depscan.workers.tasks import Job, Settings, Worker

if TYPE_CHECKING:
    from typing import BinaryIO

_SIZE = 8
_JOBS = msgspec.msgpack.Decoder(tuple[Job, ...])
_SETTINGS = msgspec.msgpack.Decoder(Settings)


def send(stream: BinaryIO, frame: bytes) -> None:
    """Write one frame; OSError if nobody listens any more."""
    stream.write(len(frame).to_bytes(_SIZE, "little"))
    stream.write(frame)
    stream.flush()


def receive(stream: BinaryIO) -> bytes:
    """Read one frame; EOFError if there is none any more."""
    return _exactly(stream, int.from_bytes(_exactly(stream, _SIZE), "little"))


def _exactly(stream: BinaryIO, size: int) -> bytes:
    data = stream.read(size)
    if len(data) < size:
        raise EOFError
    return data


def main(target: BinaryIO) -> None:
    """Answer on `target` until the parent is gone. Interrupts are the parent's affair."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    encoder = msgspec.msgpack.Encoder()
    source = sys.stdin.buffer
    try:
        worker = Worker(_SETTINGS.decode(receive(source)))
        while True:
            send(target, encoder.encode(worker.do(_JOBS.decode(receive(source)))))
    except (EOFError, OSError):
        os._exit(0)  # the parent has closed; nothing is left to do or to say
