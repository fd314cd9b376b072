"""Every error that Suyuan raises on purpose.

::

    SuyuanError                 what to do next is always part of the message
    ├── UsageError              the command or question is malformed            exit code 2
    ├── SourceError             a source file cannot be used                    exit code 2
    │   ├── SourceMissing
    │   ├── SourceUnreadable
    │   ├── SourceNotText
    │   └── SourceEmpty
    ├── IndexFault              an index on disk cannot be used                 exit code 2
    │   ├── IndexMissing
    │   ├── IndexDamaged
    │   └── IndexForeign
    ├── EncoderError            the embedding model cannot be had or run        exit code 1
    ├── WriteError              the disk refused a write                        exit code 1
    ├── SettingsError           a setting has a value that cannot be used       exit code 2
    ├── ModelError              the language model cannot be had or run         exit code 1
    └── AuditError              the record could not be written or verified     exit code 1

The tree stands in the lowest package so that every layer can raise from it and the
command line needs to catch one class only.
"""

from __future__ import annotations


class SuyuanError(Exception):
    """A foreseeable fault, told in one message that also says what to do.

    >>> SourceMissing("no such file: a.txt. Check the path.").exit_code
    2
    """

    exit_code: int = 1


class UsageError(SuyuanError):
    exit_code = 2


class SourceError(SuyuanError):
    exit_code = 2


class SourceMissing(SourceError):
    pass


class SourceUnreadable(SourceError):
    pass


class SourceNotText(SourceError):
    pass


class SourceEmpty(SourceError):
    pass


class IndexFault(SuyuanError):
    exit_code = 2


class IndexMissing(IndexFault):
    pass


class IndexDamaged(IndexFault):
    pass


class IndexForeign(IndexFault):
    pass


class EncoderError(SuyuanError):
    pass


class WriteError(SuyuanError):
    pass


class SettingsError(SuyuanError):
    exit_code = 2


class ModelError(SuyuanError):
    pass


class AuditError(SuyuanError):
    pass
