"""RGB's four abilities (Chen et al., AAAI 2024), tried on our own questions and documents."""

from eval.abilities.trials import Ability, by_kind, tried

__all__ = ["Ability", "by_kind", "tried"]
