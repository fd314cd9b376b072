"""Is a claim supported by the words it cites? A pure function, and the reasons if not."""

from rag.verify.verdict import Finding, Reason, Verdict
from rag.verify.verifier import Entailment, Rule, rules_version, verify

__all__ = ["Entailment", "Finding", "Reason", "Rule", "Verdict", "rules_version", "verify"]
