"""Compares each published root of a log in a folder with the root that pymerkle computes from the entry bundles."""
import base64
import pathlib
import sys

from pymerkle import InmemoryTree

folder = pathlib.Path(sys.argv[1])
tree = InmemoryTree(algorithm="sha256")
for bundle in sorted((folder / "tile/entries").rglob("*"), key=lambda path: str(path).replace(".p/", "")):
    data = bundle.read_bytes() if bundle.is_file() else b""
    while data:
        length = int.from_bytes(data[:2], "big")
        tree.append_entry(data[2:2 + length])
        data = data[2 + length:]

compared = 0
for number in range(1, int((folder / "checkpoints/latest").read_text()) + 1):
    lines = (folder / f"checkpoints/{number}").read_text().split("\n")
    size, root = int(lines[1]), base64.b64decode(lines[2])
    # pymerkle has a root of its own for no entries.
    if size and tree.get_root(size) != root:
        sys.exit(f"publication {number}: pymerkle computes another root over {size} entries")
    compared += size > 0
if compared < 10:
    sys.exit(f"only {compared} roots were compared")
print(f"pymerkle: {compared} published roots are as it computes them")
