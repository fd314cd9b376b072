"""Other systems on our questions: what they retrieve and cite, judged by gold.

python -m eval.peers [SET…]
"""
