from transformers import pipeline


def test_small() -> None:
    assert pipeline("text-generation", model="openai-community/gpt2")("hello")
