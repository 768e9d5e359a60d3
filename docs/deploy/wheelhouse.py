"""``make wheelhouse``: everything a machine without a network needs, in one archive for each kind of machine.

    python docs/deploy/wheelhouse.py linux-x86_64 --python 3.11 --python 3.12

``dist/shian-<version>-<platform>.tar.gz`` holds the sources of the committed version, the wheels of ``requirements.txt`` (each
compared with its locked hash by pip), the installers, ``sbom.json`` and ``SHA256SUMS``. Needs a network, git and pip; nothing
else. Markers of the lock file are evaluated for the machine it is made for, which ``pip download`` does not do.
"""

from __future__ import annotations

import argparse
import hashlib
import io
import json
import re
import shutil
import subprocess
import sys
import tarfile
import tempfile
import tomllib
import zipfile
from dataclasses import dataclass
from email.parser import HeaderParser
from pathlib import Path

from pip._vendor.packaging.markers import Marker

ROOT = Path(__file__).resolve().parents[2]
SHIPPED = (
    "app", "migrations", "templates", "docs", "instance", "wsgi.py", "pyproject.toml", "requirements.txt", "README.md", "CHANGELOG.md",
)  # fmt: skip
PYTHONS = ("3.11", "3.12", "3.13")
GLIBC = (28, 27, 26, 24, 17, 12, 5)  # of the wheels taken: Debian 12 has 2.36, 统信 UOS and 麒麟 V10 have 2.28


@dataclass(frozen=True)
class Platform:
    """A kind of machine: its tags for pip and what the markers of the lock file ask of it."""

    tags: tuple[str, ...]
    environment: dict[str, str]
    installer: str


def _linux(machine: str) -> Platform:
    tags = (*(f"manylinux_2_{minor}_{machine}" for minor in GLIBC), f"manylinux2014_{machine}")
    asked = {"sys_platform": "linux", "platform_system": "Linux", "os_name": "posix", "platform_machine": machine}
    return Platform(tags, asked, "install.sh")


PLATFORMS = {
    "linux-x86_64": _linux("x86_64"),
    "linux-aarch64": _linux("aarch64"),
    "windows-amd64": Platform(
        ("win_amd64",),
        {"sys_platform": "win32", "platform_system": "Windows", "os_name": "nt", "platform_machine": "AMD64"},
        "install.bat",
    ),
}


@dataclass(frozen=True)
class Locked:
    """One line of ``requirements.txt``."""

    name: str
    version: str
    marker: str | None
    hashes: tuple[str, ...]

    def wanted(self, platform: Platform, python: str) -> bool:
        asked = {
            **platform.environment, "python_version": python, "python_full_version": f"{python}.0", "implementation_name": "cpython",
            "platform_python_implementation": "CPython", "implementation_version": f"{python}.0", "platform_release": "",
            "platform_version": "", "extra": "",
        }  # fmt: skip
        return self.marker is None or Marker(self.marker).evaluate(asked)

    def line(self) -> str:
        return " ".join([f"{self.name}=={self.version}", *(f"--hash=sha256:{one}" for one in self.hashes)])


def locked(text: str) -> list[Locked]:
    """The lock file as rows."""
    found = []
    for block in re.sub(r"\\\n", " ", text).splitlines():
        match = re.match(r"([A-Za-z0-9._-]+)==(\S+)\s*(?:;\s*(.*?))?\s*((?:--hash=sha256:[0-9a-f]{64}\s*)+)$", block)
        if match:
            hashes = tuple(re.findall(r"sha256:([0-9a-f]{64})", match[4]))
            found.append(Locked(match[1], match[2], match[3], hashes))
    return found


def download(rows: list[Locked], platform: Platform, python: str, wheels: Path) -> None:
    """The wheels of one Python, compared with the locked hashes by pip itself."""
    with tempfile.NamedTemporaryFile("w", suffix=".txt", encoding="utf-8") as wanted:
        wanted.write("\n".join(row.line() for row in rows if row.wanted(platform, python)) + "\n")
        wanted.flush()
        subprocess.run(
            [
                sys.executable, "-m", "pip", "download", "--quiet", "--disable-pip-version-check", "--no-deps", "--require-hashes",
                "--only-binary=:all:", "--implementation", "cp", "--python-version", python,
                *(word for abi in (f"cp{python.replace('.', '')}", "abi3", "none") for word in ("--abi", abi)),
                *(word for tag in platform.tags for word in ("--platform", tag)), "--dest", str(wheels), "-r", wanted.name,
            ],
            check=True,
        )  # fmt: skip


def licence(wheel: Path) -> str:
    """What the wheel says of its licence."""
    with zipfile.ZipFile(wheel) as packed:
        name = next(one for one in packed.namelist() if re.fullmatch(r"[^/]+\.dist-info/METADATA", one))
        told = HeaderParser().parsestr(packed.read(name).decode("utf-8"))
    classified = [one.split(" :: ")[-1] for one in told.get_all("Classifier") or [] if one.startswith("License ::")]
    written = told.get("License-Expression") or "; ".join(classified) or (told.get("License") or "").strip().splitlines()[0:1]
    return (written if isinstance(written, str) else "".join(written)) or "not stated"


def sbom(version: str, commit: str, wheels: Path) -> dict[str, object]:
    """软件物料清单 in the shape of CycloneDX 1.5: name, version, licence and hash of everything shipped."""
    components = []
    for wheel in sorted(wheels.glob("*.whl")):
        name, release = wheel.name.split("-")[:2]
        plain = name.replace("_", "-").lower()
        components.append(
            {
                "type": "library", "name": plain, "version": release, "purl": f"pkg:pypi/{plain}@{release}",
                "licenses": [{"license": {"name": licence(wheel)}}],
                "hashes": [{"alg": "SHA-256", "content": digest(wheel)}],
                "properties": [{"name": "file", "value": wheel.name}],
            }
        )  # fmt: skip
    product = {"type": "application", "name": "shian", "version": version, "properties": [{"name": "commit", "value": commit}]}
    return {"bomFormat": "CycloneDX", "specVersion": "1.5", "version": 1, "metadata": {"component": product}, "components": components}


def digest(path: Path) -> str:
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def sources(folder: Path) -> str:
    """The committed version into the folder; returns its commit. What is not committed is not shipped."""
    commit = _git("rev-parse", "HEAD").decode().strip()
    if _git("status", "--porcelain", "--untracked-files=no").strip():
        print("注意：有未提交的修改，安装包只含已提交的版本", file=sys.stderr)
    with tarfile.open(fileobj=io.BytesIO(_git("archive", "--format=tar", commit, *SHIPPED))) as packed:
        packed.extractall(folder, filter="data")
    return commit


def _git(*words: str) -> bytes:
    return subprocess.run(["git", "-C", str(ROOT), *words], check=True, capture_output=True).stdout


def fill(folder: Path, platform: Platform, pythons: list[str], version: str) -> None:
    """Everything that goes into the archive, and its checksums last."""
    program, wheels = folder / "program", folder / "wheels"
    program.mkdir(parents=True)
    wheels.mkdir()
    commit = sources(program)
    rows = locked((program / "requirements.txt").read_text(encoding="utf-8"))
    for python in pythons:
        print(f"  Python {python}：{sum(row.wanted(platform, python) for row in rows)} 个包", file=sys.stderr)
        download(rows, platform, python, wheels)
    shutil.copy(program / "docs" / "deploy" / platform.installer, folder / platform.installer)
    shutil.copy(program / "docs" / "install.md", folder / "安装说明.md")
    (folder / "VERSION").write_text(f"{version}\n", encoding="ascii")
    (folder / "PYTHONS").write_text("\n".join(pythons) + "\n", encoding="ascii")
    (folder / "sbom.json").write_text(json.dumps(sbom(version, commit, wheels), ensure_ascii=False, indent=1), encoding="utf-8")
    files = sorted(path for path in folder.rglob("*") if path.is_file())
    sums = "".join(f"{digest(path)}  {path.relative_to(folder).as_posix()}\n" for path in files)
    (folder / "SHA256SUMS").write_text(sums, encoding="utf-8")


def pack(folder: Path, target: Path, moment: int) -> None:
    """One archive, owned by nobody in particular, as old as its commit."""

    def plain(entry: tarfile.TarInfo) -> tarfile.TarInfo:
        entry.uid = entry.gid = 0
        entry.uname = entry.gname = ""
        entry.mtime, entry.mode = moment, 0o755 if entry.isdir() or entry.name.endswith((".sh", "/shian")) else 0o644
        return entry

    with tarfile.open(target, "w:gz", compresslevel=6) as packed:
        packed.add(folder, folder.name, filter=plain)


def build(name: str, pythons: list[str], into: Path) -> Path:
    version = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]["version"]
    into.mkdir(parents=True, exist_ok=True)
    target = into / f"shian-{version}-{name}.tar.gz"
    with tempfile.TemporaryDirectory(prefix="wheelhouse-") as scratch:
        folder = Path(scratch) / f"shian-{version}-{name}"
        fill(folder, PLATFORMS[name], pythons, version)
        pack(folder, target, int(_git("show", "-s", "--format=%ct", "HEAD")))
    target.with_name(target.name + ".sha256").write_text(f"{digest(target)}  {target.name}\n", encoding="ascii")
    return target


def main() -> None:
    words = argparse.ArgumentParser(description="离线安装包")
    words.add_argument("platforms", nargs="*", metavar="PLATFORM", help=f"默认全部：{'、'.join(PLATFORMS)}")
    words.add_argument("--python", dest="pythons", action="append", choices=PYTHONS, help="默认全部，可重复")
    words.add_argument("--into", type=Path, default=ROOT / "dist")
    given = words.parse_args()
    if unknown := set(given.platforms) - set(PLATFORMS):
        words.error(f"没有平台 {'、'.join(sorted(unknown))}，可用：{'、'.join(PLATFORMS)}")
    for name in given.platforms or PLATFORMS:
        made = build(name, given.pythons or list(PYTHONS), given.into)
        print(f"{made}　{made.stat().st_size >> 20} MB")


if __name__ == "__main__":
    main()
