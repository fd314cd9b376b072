"""Records of what was answered, in a log whose alteration shows."""

from rag.audit.recorder import AuditRecorder

__all__ = ["AuditRecorder"]
