"""Find the passages that an answer should rest on."""

from sentence_transformers import SentenceTransformer
from transformers import AutoModel, pipeline

from assistant.settings import EMBEDDINGS


def encoder(kind: str = "small") -> SentenceTransformer:
    return SentenceTransformer(EMBEDDINGS[kind])


def reader(name: str) -> AutoModel:
    return AutoModel.from_pretrained(name, trust_remote_code=True)


def judge(which):
    return pipeline("text-classification", model=which)


READER = reader("nomic-ai/nomic-embed-text-v1.5")
