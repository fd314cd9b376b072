"""Fewer and larger nodes in an exported graph, for single questions: the same vectors, sooner.

Heavy, as :mod:`index.encoder.export` is.
"""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any

from index.encoder.convert import quiet_torch

if TYPE_CHECKING:
    from sentence_transformers import SentenceTransformer


def fuse(model: SentenceTransformer, path: Path) -> None:
    """What lies between a layer's multiplications in few nodes, and those for query, key and
    value in one: a quarter less time for a question.

    The multiplications stay nodes of their own, so that they are quantised as a passage's are;
    fused with the attention they were faster still, and chose worse.
    """
    from onnxruntime.transformers import optimizer
    from onnxruntime.transformers.fusion_options import FusionOptions

    config = model[0].auto_model.config
    wanted = FusionOptions("bert")
    wanted.use_multi_head_attention = True
    wanted.enable_embed_layer_norm = False
    with quiet_torch():
        optimised = optimizer.optimize_model(
            str(path), model_type="bert", num_heads=config.num_attention_heads,
            hidden_size=config.hidden_size, opt_level=0, optimization_options=wanted,
        )  # fmt: skip
        for attention in optimised.get_nodes_by_op_type("MultiHeadAttention"):
            _multiply_once(optimised, attention)
        optimised.topological_sort()
        optimised.save_model_to_file(str(path))


def _multiply_once(graph: Any, attention: Any) -> None:
    """One multiplication for the query, key and value of ``attention``, split afterwards."""
    import numpy as np
    from onnx import helper, numpy_helper

    apart = [graph.get_parent(attention, at) for at in range(3)]
    same_input = len({node.input[0] for node in apart if node is not None}) == 1
    if not same_input or any(node is None or node.op_type != "MatMul" for node in apart):
        return
    weights = [graph.get_initializer(node.input[1]) for node in apart]
    if any(weight is None for weight in weights):
        return
    name = f"{apart[0].name}_key_value"
    joined = np.concatenate([numpy_helper.to_array(weight) for weight in weights], axis=1)
    graph.add_initializer(numpy_helper.from_array(joined, f"{name}.weight"))
    together = helper.make_node(
        "MatMul", [apart[0].input[0], f"{name}.weight"], [f"{name}.output"], name=name
    )
    outputs = [node.output[0] for node in apart]
    split = helper.make_node("Split", [f"{name}.output"], outputs, name=f"{name}_split", axis=-1)
    graph.remove_nodes(apart)
    for weight in weights:
        graph.remove_initializer(weight)
    graph.add_nodes([together, split])
