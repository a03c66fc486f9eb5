"""What a text is like, as numbers, by a small model of language that may be installed beside it.

Texts that say the like in other words have numbers that are near each other. It is BERT's encoder
(Devlin and others 2019, arXiv:1810.04805) with the weights of all-MiniLM-L6-v2, reckoned in numpy:
the libraries that run it otherwise take 2 GB.
"""

from __future__ import annotations

import importlib
import importlib.util
import json
from functools import lru_cache
from typing import Any, Final
from zipfile import ZipFile

import numpy as np
from numpy.typing import NDArray
from scipy.special import erf, softmax

Numbers = NDArray[np.float32]

MODEL: Final = "all-MiniLM-L6-v2"
MOST_TOKENS: Final = 128
"""Of a longer text the beginning is read: some 90 words."""
_PACKAGE: Final = "all_minilm_l6_v2"
_KEPT: Final = 4_096
"""So many texts are remembered with their numbers: drafts of one report share sentences."""


class Encoder:
    """The encoder with its weights."""

    def __init__(self, weights: dict[str, Numbers], config: dict[str, Any], tokens: Any) -> None:
        self._weights = weights
        self._layers: int = config["num_hidden_layers"]
        self._heads: int = config["num_attention_heads"]
        self._tiny: float = config["layer_norm_eps"]
        self._tokens = tokens
        self._tokens.no_padding()
        self._tokens.enable_truncation(MOST_TOKENS)
        self.numbers = lru_cache(maxsize=_KEPT)(self._numbers)

    def _numbers(self, text: str) -> Numbers:
        """What the text is like, twice 384 numbers.

        They are the means over its tokens of the last layer and of the last but two, each of
        length one: the one tells more of what it is about, the other more of how it is said.
        """
        layers = self._read(self._tokens.encode(text).ids)
        means = [layers[n].mean(axis=0) for n in (-1, -3)]
        return np.concatenate([each / np.linalg.norm(each) for each in means]).astype(np.float32)

    def _read(self, ids: list[int]) -> list[Numbers]:
        weights = self._weights
        x = (
            weights["embeddings.word_embeddings.weight"][ids]
            + weights["embeddings.position_embeddings.weight"][: len(ids)]
            + weights["embeddings.token_type_embeddings.weight"][0]
        )
        layers = [self._norm(x, "embeddings.LayerNorm")]
        for number in range(self._layers):
            layers.append(self._layer(layers[-1], f"encoder.layer.{number}."))
        return layers

    def _layer(self, x: Numbers, at: str) -> Numbers:
        query, key, value = (
            self._linear(x, f"{at}attention.self.{each}")
            .reshape(len(x), self._heads, -1)
            .transpose(1, 0, 2)
            for each in ("query", "key", "value")
        )
        heeds = softmax(query @ key.transpose(0, 2, 1) / np.sqrt(query.shape[-1]), axis=-1)
        heard = (heeds.astype(np.float32) @ value).transpose(1, 0, 2).reshape(x.shape)
        dense = f"{at}attention.output."
        x = self._norm(self._linear(heard, f"{dense}dense") + x, f"{dense}LayerNorm")
        inner = self._linear(x, f"{at}intermediate.dense")
        inner = inner * ((1 + erf(inner / np.float32(np.sqrt(2)))) / 2)  # GELU
        return self._norm(self._linear(inner, f"{at}output.dense") + x, f"{at}output.LayerNorm")

    def _linear(self, x: Numbers, at: str) -> Numbers:
        return x @ self._weights[f"{at}.weight"].T + self._weights[f"{at}.bias"]

    def _norm(self, x: Numbers, at: str) -> Numbers:
        away = x - x.mean(axis=-1, keepdims=True)
        spread = np.sqrt((away**2).mean(axis=-1, keepdims=True) + np.float32(self._tiny))
        normed: Numbers = away / spread * self._weights[f"{at}.weight"]
        return normed + self._weights[f"{at}.bias"]


def load_encoder() -> Encoder | None:
    """The encoder, where its model is installed with what reads it; it takes a second.

    The package of the model is not run: all that is wanted is a file in it.
    """
    found = importlib.util.find_spec(_PACKAGE)
    try:
        tensors = importlib.import_module("safetensors.numpy")
        tokenizers = importlib.import_module("tokenizers")
    except ImportError:
        return None
    if found is None or not found.submodule_search_locations:
        return None
    with ZipFile(f"{found.submodule_search_locations[0]}/model.zip") as packed:
        return Encoder(
            tensors.load(packed.read("model.safetensors")),
            json.loads(packed.read("config.json")),
            tokenizers.Tokenizer.from_str(packed.read("tokenizer.json").decode()),
        )
