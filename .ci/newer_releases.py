"""Write, for each package of a lock file, a wheel of a release that is newer than any: what tomorrow may bring.

    python newer_releases.py requirements-dev.lock FOLDER

Standard library only: it runs before anything is installed.
"""

import re
import sys
from pathlib import Path
from zipfile import ZipFile


def write_wheel(package: str, folder: Path) -> None:
    name = package.replace("-", "_").replace(".", "_")
    info = f"{name}-9999.dist-info"
    with ZipFile(folder / f"{name}-9999-py3-none-any.whl", "w") as wheel:
        wheel.writestr(f"{info}/METADATA", f"Metadata-Version: 2.1\nName: {package}\nVersion: 9999\n")
        wheel.writestr(f"{info}/WHEEL", "Wheel-Version: 1.0\nRoot-Is-Purelib: true\nTag: py3-none-any\n")
        wheel.writestr(f"{info}/RECORD", "")


def main() -> None:
    lock, folder = Path(sys.argv[1]), Path(sys.argv[2])
    folder.mkdir()
    for package in set(re.findall(r"^([a-z0-9.-]+)(?:\[.*\])?==", lock.read_text(encoding="utf-8"), re.MULTILINE)):
        write_wheel(package, folder)


if __name__ == "__main__":
    main()
