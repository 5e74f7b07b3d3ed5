"""Copy or link the files that a database refers to into a backup.

Bytes of recordings, their columns and confidences are immutable, so they are hard links if the disk supports it.
Models and saved labels are copied: other programs may write to these files.
"""

from __future__ import annotations

import errno
import os
import shutil
from collections.abc import Callable, Iterator, Mapping
from pathlib import Path

from services.backup.manifest import DATA, MODELS, OUTPUTS
from services.settings import Settings
from services.storage.files import PREFIX, sha256_of, sync_path
from services.storage.references import References, sharded

_NO_LINKS = {errno.EXDEV, errno.EPERM, errno.EMLINK, errno.ENOTSUP, errno.EACCES, errno.ENOSYS}

Note = Callable[[str], None]
_Stamp = tuple[int, int, int]


class Collector:
    """Files of a backup. :meth:`collect` can be repeated: only changed files are copied again."""

    def __init__(self, settings: Settings, target: Path) -> None:
        self._settings = settings
        self._target = target
        self._stamps: dict[str, _Stamp] = {}
        self.linked = 0
        self.links_left_out: set[str] = set()

    def collect(self, required: References, note: Note) -> list[str]:
        """Update the backup to the files in ``required``; returns the paths of missing files."""
        missing: list[str] = []
        collected: set[str] = set()
        for path, source, may_link in self._sources(required, missing):
            note(path)
            if self._take(path, source, may_link):
                collected.add(path)
            else:  # removed or replaced since it was listed
                missing.append(path)
        for path in self._stamps.keys() - collected:
            (self._target / path).unlink(missing_ok=True)
            del self._stamps[path]
        return sorted(missing)

    @property
    def paths(self) -> list[str]:
        """All files in the backup."""
        return sorted(self._stamps)

    def saved_are(self, saved: Mapping[str, str]) -> bool:
        """True if the existing saved files are those that the database describes.

        False during a Save, or if another program wrote to them.
        """
        for path, sha256 in saved.items():
            if f"{OUTPUTS}/{path}" in self._stamps and sha256_of(self._target / OUTPUTS / path) != sha256:
                return False
        return True

    # -- sources --------------------------------------------------------------------------------------

    def _sources(self, required: References, missing: list[str]) -> Iterator[tuple[str, Path, bool]]:
        """Path in the backup, file, and whether it is immutable; missing files are added to ``missing``."""
        settings = self._settings
        for name in sorted(required.uploads):
            file = sharded(settings.uploads_dir, name)
            if _is_file(file):
                yield _in_data(settings, file), file, True
            else:
                missing.append(_in_data(settings, file))
        for name in sorted(required.stores):
            yield from self._folder(sharded(settings.store_dir, name), missing)
        for name in sorted(required.runs):
            yield from self._folder(settings.confidence_dir / name, None)
        yield from self._models(required, missing)
        for file in self._outputs():
            yield f"{OUTPUTS}/{file.relative_to(settings.outputs_dir).as_posix()}", file, False
        if _is_file(settings.samples_mark):
            yield _in_data(settings, settings.samples_mark), settings.samples_mark, False

    def _folder(self, folder: Path, missing: list[str] | None) -> Iterator[tuple[str, Path, bool]]:
        try:
            files = [] if folder.is_symlink() else sorted(folder.iterdir())
        except OSError:
            files = []
        if not files and missing is not None:
            missing.append(_in_data(self._settings, folder))
        for file in files:
            if _is_file(file):
                yield _in_data(self._settings, file), file, True

    def _models(self, required: References, missing: list[str]) -> Iterator[tuple[str, Path, bool]]:
        folder = self._settings.models_dir
        for name in sorted(required.models):
            if _is_file(folder / name):
                yield f"{MODELS}/{name}", folder / name, False
            else:
                missing.append(f"{MODELS}/{name}")

    def _outputs(self) -> Iterator[Path]:
        for top, folders, names in os.walk(self._settings.outputs_dir):
            folders.sort()
            for name in [*names, *folders]:
                if Path(top, name).is_symlink():
                    self.links_left_out.add(str(Path(top, name)))
            for name in sorted(names):
                file = Path(top, name)
                if _is_file(file) and not name.startswith(PREFIX):
                    yield file

    # -- adding a file -----------------------------------------------------------------------------------------

    def _take(self, path: str, source: Path, may_link: bool) -> bool:
        """Link or copy a file unless the backup has it; False if it is missing."""
        target = self._target / path
        try:
            if self._stamps.get(path) == (stamp := _stamp(source)):
                return True
            target.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
            target.unlink(missing_ok=True)
            if may_link and _link(source, target):
                self.linked += 1
            else:
                shutil.copyfile(source, target)
                shutil.copystat(source, target)
                sync_path(target)
            if _stamp(source) != stamp:  # changed while it was copied
                return False
        except FileNotFoundError:
            target.unlink(missing_ok=True)
            return False
        self._stamps[path] = stamp
        return True


def place(source: Path, target: Path) -> None:
    """Place a file of a backup: a link if it is immutable and the disk supports it, else a copy."""
    if not _link(source, target):
        copy(source, target)


def copy(source: Path, target: Path) -> None:
    """Copy a file of a backup atomically."""
    fresh = target.with_name(f"{PREFIX}{target.name[:100]}")
    try:
        shutil.copyfile(source, fresh)
        sync_path(fresh)
        fresh.replace(target)
    finally:
        fresh.unlink(missing_ok=True)


def _link(source: Path, target: Path) -> bool:
    try:
        os.link(source, target, follow_symlinks=False)
    except OSError as error:
        if error.errno in _NO_LINKS:
            return False
        raise
    return True


def _stamp(file: Path) -> _Stamp:
    status = file.stat(follow_symlinks=False)
    return status.st_ino, status.st_size, status.st_mtime_ns


def _is_file(file: Path) -> bool:
    return file.is_file() and not file.is_symlink()


def _in_data(settings: Settings, file: Path) -> str:
    return f"{DATA}/{file.relative_to(settings.data_dir).as_posix()}"
