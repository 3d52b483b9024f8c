"""What a student's cell showed, made safe to put into a notebook that somebody else opens.

A sandbox may say anything. Only kinds of outputs and MIME types that cannot run code in a browser
pass, as text that is text and pictures that are pictures, up to a size.
"""

import base64
import binascii
from typing import Any

PICTURES = {"image/png": b"\x89PNG\r\n\x1a\n", "image/jpeg": b"\xff\xd8\xff"}
NAMES = ("stdout", "stderr")
MANY = 1000
EACH = 8  # characters around each text in a notebook


def safe_outputs(outputs: Any, size: int) -> list[dict[str, Any]]:
    """Return the notebook outputs among `outputs`, at most about `size` characters together.

    Parameters
    ----------
    outputs
        Whatever a worker sent in their place.
    size
        How many characters are kept.
    """
    kept: list[dict[str, Any]] = []
    for output in outputs[:MANY] if isinstance(outputs, list) else []:
        if not isinstance(output, dict):
            continue
        size -= length(output)
        if size < -1000:  # the worker has said already that it cut
            break
        if safe := _safe(output):
            kept.append(safe)
    return kept


def _safe(output: dict[str, Any]) -> dict[str, Any] | None:
    kind = output.get("output_type")
    if kind == "stream" and output.get("name") in NAMES:
        return {"output_type": kind, "name": output["name"], "text": _text(output.get("text"))}
    if kind == "error":
        lines = output.get("traceback")
        lines = [_text(line) for line in lines[:MANY]] if isinstance(lines, list) else []
        name, value = _text(output.get("ename")), _text(output.get("evalue"))
        return {"output_type": kind, "ename": name, "evalue": value, "traceback": lines}
    if kind in ("display_data", "execute_result"):
        data = _data(output.get("data"))
        safe = {"output_type": kind, "data": data, "metadata": {}}
        return safe | ({"execution_count": None} if kind == "execute_result" else {})
    return None


def _data(data: Any) -> dict[str, str]:
    data = data if isinstance(data, dict) else {}
    safe = {mime: data[mime] for mime in PICTURES if _is_picture(mime, data.get(mime))}
    if "text/plain" in data:
        safe["text/plain"] = _text(data["text/plain"])
    return safe or {"text/plain": "[an output that is neither text nor a picture is not shown]"}


def _is_picture(mime: str, content: Any) -> bool:
    try:
        head = base64.b64decode(content.replace("\n", ""), validate=True)[:8]
    except (AttributeError, ValueError, binascii.Error):
        return False
    return head.startswith(PICTURES[mime])


def _text(value: Any) -> str:
    """Return text that survives UTF-8 and holds no control characters but ANSI colours."""
    text = value if isinstance(value, str) else ""
    text = text.encode("utf-8", "replace").decode()
    return "".join(c for c in text if c.isprintable() or c in "\n\t\x1b")


def length(output: dict[str, Any]) -> int:
    """Return how many characters an output holds, safe or not; a short text takes room too."""
    data, lines = output.get("data"), output.get("traceback")
    texts = [output.get(name) for name in ("text", "ename", "evalue")]
    texts += data.values() if isinstance(data, dict) else []
    texts += lines if isinstance(lines, list) else []
    return sum(len(text) + EACH for text in texts if isinstance(text, str))
