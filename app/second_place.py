"""异地备份: every backup once more in a second place (BACKUP_COPY_TO), read back there and compared by its digest.

Source: GB/T 22239-2019 8.1.4.8 b) (异地数据备份, in batches at level 2). The place is a folder that another machine or another disk
lends: a mounted share. A share that is not mounted looks like an empty folder on the same disk, so whoever sets the place up puts a
file of a certain name there once, and nothing is ever written where that file is missing.
"""

from __future__ import annotations

import os
import secrets
import shutil
from dataclasses import dataclass
from pathlib import Path

from flask import current_app

from app import backup, files
from app.errors import NotAllowedNow, NotFound, NotLikeThis

MARK = ".shian-backup-place"
NOT_SET = "没有设置异地备份位置。请在 config.py 中填写 BACKUP_COPY_TO（另一台机器或另一块磁盘挂载的文件夹），再执行 flask backup place"


@dataclass(frozen=True, slots=True)
class Copied:
    """One backup in the second place; ``new`` when it was not there before."""

    path: Path
    sha256: str
    new: bool


def folder() -> Path | None:
    given = current_app.config["BACKUP_COPY_TO"]
    return Path(given) if given else None


def trouble() -> str | None:
    """Why nothing can be copied there now, and what to do; None when all is well or no second place is wanted."""
    place = folder()
    if place is None:
        return None
    if not place.is_dir():
        return f"异地备份位置 {place} 不存在或没有挂载，请挂载后执行 flask backup copy"
    if place.resolve() == backup.default_folder().resolve():
        return f"异地备份位置与备份文件夹相同（{place}），请改为另一台机器或另一块磁盘上的文件夹"
    if not (place / MARK).is_file():
        return f"异地备份位置 {place} 中没有标记文件 {MARK}，可能没有挂载。确认已挂载后执行一次 flask backup place"
    return None


def same_disk() -> bool:
    """Does the second place share the disk of the data? Then one broken disk takes both."""
    place = folder()
    return place is not None and place.is_dir() and os.stat(place).st_dev == os.stat(current_app.config["INSTANCE_FOLDER"]).st_dev


def set_up() -> Path:
    """Put the mark there: whoever does so says that the right place is mounted.

    Raises NotAllowedNow when there is no such folder.
    """
    place = folder()
    if place is None:
        raise NotAllowedNow(NOT_SET)
    if not place.is_dir() or place.resolve() == backup.default_folder().resolve():
        raise NotAllowedNow(trouble() or NOT_SET)
    try:
        (place / MARK).touch(mode=0o600)
    except OSError as error:
        wrong = f"异地备份位置 {place} 不能写入（{error.strerror}），请检查权限；服务中还须有 ReadWritePaths={place}"
        raise NotAllowedNow(wrong) from error
    return place


def copy(source: Path, sha256: str | None = None) -> Copied:
    """Copy one backup there, force it to disk, read it back. A file of the same name is never replaced by another content.

    Raises NotAllowedNow, NotFound or NotLikeThis, and has then left nothing behind.
    """
    place, wrong = folder(), trouble()
    if place is None or wrong is not None:
        raise NotAllowedNow(wrong or NOT_SET)
    if not source.is_file():
        raise NotFound(f"没有找到备份文件“{source}”，请核对路径")
    wanted, target = sha256 or files.digest_of(source), place / source.name
    if target.exists():
        if files.digest_of(target) != wanted:
            raise NotLikeThis(f"异地已有同名但内容不同的备份 {target}，没有覆盖；请核对哪一份完好，移走另一份后再复制")
        return Copied(target, wanted, new=False)
    try:
        _write(source, target)
    except OSError as error:
        raise NotAllowedNow(f"没有复制到 {place}（{error.strerror}），请检查空间、网络和权限后执行 flask backup copy") from error
    if files.digest_of(target) != wanted:
        target.unlink()
        raise NotLikeThis(f"复制到 {place} 后读回的内容与原备份不同，已删除；请检查该位置的磁盘和网络后再执行 flask backup copy")
    return Copied(target, wanted, new=True)


def _write(source: Path, target: Path) -> None:
    beside = target.with_name(f".copy-{target.name}.{secrets.token_hex(4)}")
    try:
        with source.open("rb") as given, beside.open("xb") as taken:
            shutil.copyfileobj(given, taken, files.CHUNK)
            taken.flush()
            os.fsync(taken.fileno())
        beside.chmod(0o600)
        beside.replace(target)
    finally:
        beside.unlink(missing_ok=True)
    files.fsync_folder(target.parent)


def there() -> frozenset[str]:
    """Names of what stands in the second place, of the size it has here."""
    place = folder()
    if place is None or trouble() is not None:
        return frozenset()
    return frozenset(one.path.name for one in backup.kept() if _same_size(one.path, place / one.path.name))


def _same_size(one: Path, other: Path) -> bool:
    return other.is_file() and other.stat().st_size == one.stat().st_size


def missing() -> list[Path]:
    """Backups that stand here and not there, oldest first."""
    found = there()
    return [one.path for one in reversed(backup.kept()) if one.path.name not in found]
