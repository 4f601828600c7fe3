"""Embed documents and find the nearest ones."""

import numpy as np
from sentence_transformers import SentenceTransformer


class Index:
    def __init__(self, documents: list[str]) -> None:
        self.model = SentenceTransformer("sentence-transformers/all-MiniLM-L6-v2")
        self.documents = documents
        self.vectors = self.model.encode(documents, normalize_embeddings=True)

    def nearest(self, query: str, count: int = 5) -> list[str]:
        scores = self.vectors @ self.model.encode(query, normalize_embeddings=True)
        return [self.documents[i] for i in np.argsort(-scores)[:count]]
