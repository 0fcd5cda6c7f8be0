#!/usr/bin/env python3
"""Writes size and SHA-256 of the files in models/builtin into models/manifest.json; run after new weights were put there."""
import hashlib
import pathlib
import re

folder = pathlib.Path(__file__).resolve().parent
manifest = folder / "manifest.json"
text = manifest.read_text()
for model in sorted((folder / "builtin").glob("*.onnx")):
    data = model.read_bytes()
    # The file's fields stand together in this order; the text is edited so that the layout of the rest stays as it is.
    entry = re.compile(r'("file": "%s",\s*"sha256": ")[0-9a-f]*(",\s*"bytes": )\d+' % re.escape(model.name))
    text, found = entry.subn(lambda match: match[1] + hashlib.sha256(data).hexdigest() + match[2] + str(len(data)), text)
    print(f"{model.name}: {'updated' if found else 'has no entry in manifest.json'}")
manifest.write_text(text)
