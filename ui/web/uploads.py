"""Documents that visitors bring: seen by who brought them until an editor publishes them.

An upload gets an index of its visitor's own. Where the library is small, that index holds the
library too, so that one question may be answered from both; over a large library, which would
take minutes to build again, a visitor asks either the library or their own documents.
"""

from __future__ import annotations

import secrets
import shutil
import threading
import time
import unicodedata
from collections.abc import Callable, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, replace
from pathlib import Path, PurePosixPath

from index.document import Document
from index.errors import SourceError, SuyuanError, UsageError
from index.reading import read_document
from ui.web.answering import Answering
from ui.web.store import Store, StoredUpload
from ui.web.words import DEFAULT, words

TYPES = frozenset({".txt", ".md", ".markdown"})
PER_VISITOR = 20
IN_ALL = 2_000
PREFIX = "uploads"
SMALL_LIBRARY = 5_000
"""Paragraphs of a library that is built again together with a visitor's documents."""

Progress = Callable[[str], None]
Build = Callable[[Sequence[Document], Progress], Answering]


class UploadRefused(UsageError):
    """A file that is not taken in; the interface's words for ``key`` say why."""

    def __init__(self, key: str, **values: str) -> None:
        super().__init__(words(DEFAULT, key, values))
        self.key = key
        self.values = values


class Closing(SuyuanError):
    """The program ends; what was uploaded is indexed after the next start."""


@dataclass(frozen=True, slots=True)
class Shelf:
    """What a visitor can ask: a pipeline, and which of its documents are theirs alone."""

    pipeline: Answering
    own: frozenset[str]
    whole: bool
    """Whether the library is in it too."""


@dataclass(slots=True)
class Job:
    """Indexing for a visitor, or (``visitor == ""``) of the library."""

    stage: str = ""
    fault: str = ""
    done: bool = False


class Uploads:
    """Brings, shows, publishes and removes documents. Safe to use from several threads."""

    def __init__(self, library: Answering, store: Store, folder: Path, build: Build) -> None:
        self._first = library
        self._library = library
        self._store = store
        self._folder = folder
        self._build = build
        self._lock = threading.RLock()
        self._closing = False
        self._worker = ThreadPoolExecutor(1, thread_name_prefix="indexing")
        self._documents: dict[str, Document] = {}
        self._uploads: dict[str, StoredUpload] = {}
        self._shelves: dict[str, Shelf] = {}
        self._jobs: dict[str, Job] = {}
        for upload in store.uploads():
            try:
                self._documents[upload.id] = read_document(self._path(upload), upload.name)
            except SourceError:
                continue  # the file is gone: so is the upload
            self._uploads[upload.id] = upload
        if self._published():
            self._schedule("")

    def close(self) -> None:
        """Ends the indexing that goes on at its next word, and begins no more."""
        self._closing = True
        self._worker.shutdown(wait=False, cancel_futures=True)

    @property
    def library(self) -> Answering:
        return self._library

    def visible(self, visitor: str, *, editor: bool = False) -> list[tuple[StoredUpload, Document]]:
        """The uploads that ``visitor`` may see, oldest first; an editor sees what may be
        published."""
        with self._lock:
            return [
                (upload, self._documents[upload.id])
                for upload in self._uploads.values()
                if editor or upload.published or upload.visitor == visitor
            ]

    def find(self, name: str, visitor: str, *, editor: bool = False) -> Document | None:
        """The document called ``name``, if ``visitor`` may see it."""
        for _, document in self.visible(visitor, editor=editor):
            if document.name == name:
                return document
        return next((d for d in self._first.index.documents if d.name == name), None)

    def job(self, visitor: str) -> Job | None:
        """The indexing going on for ``visitor``."""
        with self._lock:
            return self._jobs.get(visitor)

    def add(self, visitor: str, filename: str, data: bytes) -> StoredUpload:
        """Takes a document in; its index is built in the background.

        Raises :class:`UploadRefused` when there are too many, for a type that is not read, and
        for a file that holds no text.
        """
        self._refuse_too_many(visitor)
        upload_id = secrets.token_urlsafe(9)
        name = f"{PREFIX}/{upload_id}/{safe_filename(filename)}"
        upload = StoredUpload(upload_id, time.time(), visitor, name, len(data), False)
        path = self._path(upload)
        path.parent.mkdir(parents=True, mode=0o700)
        path.write_bytes(data)
        try:
            document = read_document(path, name)
        except SourceError as error:
            shutil.rmtree(path.parent)
            reason = str(error).replace(str(path), path.name)
            raise UploadRefused("problem.upload.unread", reason=reason) from error
        try:
            with self._lock:
                self._refuse_too_many(visitor)  # others may have come in meanwhile
                self._store.add_upload(upload)
                self._uploads[upload_id] = upload
                self._documents[upload_id] = document
        except UploadRefused:
            shutil.rmtree(path.parent)
            raise
        self._schedule(visitor)
        return upload

    def _refuse_too_many(self, visitor: str) -> None:
        with self._lock:
            mine = sum(upload.visitor == visitor for upload in self._uploads.values())
            if mine >= PER_VISITOR or len(self._uploads) >= IN_ALL:
                raise UploadRefused("problem.upload.many", count=str(PER_VISITOR))

    def remove(self, upload_id: str, visitor: str, *, editor: bool) -> bool:
        """Removes an upload of one's own (or, for an editor, a published one); whether it did."""
        with self._lock:
            upload = self._uploads.get(upload_id)
            if upload is None or not (
                (upload.visitor == visitor and not upload.published)
                or (editor and upload.published)
            ):
                return False
            del self._uploads[upload_id], self._documents[upload_id]
            self._store.remove_upload(upload_id)
        shutil.rmtree(self._path(upload).parent, ignore_errors=True)
        self._schedule("" if upload.published else visitor)
        return True

    def publish(self, upload_id: str) -> bool:
        """Makes an upload part of the library for everyone; whether there was one."""
        with self._lock:
            upload = self._uploads.get(upload_id)
            if upload is None:
                return False
            published = replace(upload, published=True)
            self._uploads[upload_id] = published
            self._store.add_upload(published)
        self._schedule("")
        self._schedule(upload.visitor)
        return True

    def for_question(
        self, visitor: str, chosen: frozenset[str] | None
    ) -> tuple[Answering, frozenset[str] | None]:
        """The pipeline to ask and the documents to limit it to."""
        with self._lock:
            own = {u.name for u in self._own(visitor)}
            shelf = self._shelves.get(visitor)
            if own and shelf is None and visitor not in self._jobs:
                self._schedule(visitor)  # uploaded before the last start
        if shelf is None or (chosen is None and not shelf.whole):
            return self._library, chosen
        if chosen is not None and not chosen & shelf.own:
            return self._library, chosen
        return shelf.pipeline, chosen

    def _published(self) -> list[StoredUpload]:
        return [upload for upload in self._uploads.values() if upload.published]

    def _own(self, visitor: str) -> list[StoredUpload]:
        return [u for u in self._uploads.values() if u.visitor == visitor and not u.published]

    def _schedule(self, visitor: str) -> None:
        job = Job()
        with self._lock:
            self._jobs[visitor] = job
        self._worker.submit(self._index, visitor, job)

    def _index(self, visitor: str, job: Job) -> None:
        def say(stage: str) -> None:
            if self._closing:
                raise Closing("程序正在停止：下次启动后会继续建立索引。")
            job.stage = stage.strip()

        try:
            if visitor:
                self._index_shelf(visitor, say)
            else:
                self._index_library(say)
        except SuyuanError as error:
            job.fault = str(error)
        finally:
            job.done = True

    def _index_library(self, say: Progress) -> None:
        with self._lock:
            added = [self._documents[upload.id] for upload in self._published()]
        documents = (*self._first.index.documents, *added)
        self._library = self._build(documents, say) if added else self._first
        with self._lock:
            readers = list(self._shelves)
        for visitor in readers:  # their own documents stand beside the library as it is now
            self._schedule(visitor)

    def _index_shelf(self, visitor: str, say: Progress) -> None:
        with self._lock:
            own = [self._documents[upload.id] for upload in self._own(visitor)]
            library = self._library.index.documents
        if not own:
            with self._lock:
                self._shelves.pop(visitor, None)
            return
        whole = sum(len(d.paragraphs) for d in library) <= SMALL_LIBRARY
        pipeline = self._build((*library, *own) if whole else tuple(own), say)
        shelf = Shelf(pipeline, frozenset(document.name for document in own), whole)
        with self._lock:
            self._shelves[visitor] = shelf

    def _path(self, upload: StoredUpload) -> Path:
        return self._folder / upload.id / PurePosixPath(upload.name).name


def safe_filename(given: str) -> str:
    """A file name without path, control characters or surprises; raises for other types.

    >>> safe_filename("../../etc/条例 (1).MD")
    '条例 (1).MD'
    >>> safe_filename("a.exe")
    Traceback (most recent call last):
    ui.web.uploads.UploadRefused: 只能上传文本文件（.txt、.md）：请先把文档另存为其中一种。
    """
    base = given.replace("\\", "/").rsplit("/", 1)[-1]
    kept = "".join(c for c in base if unicodedata.category(c)[0] != "C").strip(" .")
    if PurePosixPath(kept).suffix.lower() not in TYPES:
        raise UploadRefused("problem.upload.type")
    stem, suffix = PurePosixPath(kept).stem, PurePosixPath(kept).suffix
    return stem.encode()[:120].decode("utf-8", "ignore") + suffix


def progress_of(job: Job | None) -> Mapping[str, object] | None:
    """How far an indexing is, for the page."""
    if job is None or (job.done and not job.fault):
        return None
    return {"stage": job.stage, "fault": job.fault, "done": job.done}
