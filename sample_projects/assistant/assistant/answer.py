"""Ask the hosted model; when it is not there, the one that runs here."""

import redis
from openai import OpenAI
from transformers import AutoModelForCausalLM, AutoTokenizer

from assistant.settings import CHAT_MODEL, LocalModel


def hosted(question: str) -> str:
    client = OpenAI()
    answer = client.chat.completions.create(model=CHAT_MODEL, messages=[{"role": "user", "content": question}])
    return answer.choices[0].message.content


def local(question: str, settings: LocalModel = LocalModel()) -> str:
    tokenizer = AutoTokenizer.from_pretrained(settings.name)
    model = AutoModelForCausalLM.from_pretrained(settings.name)
    return tokenizer.decode(model.generate(**tokenizer(question, return_tensors="pt"))[0])


def remembered(question: str) -> str | None:
    with redis.Redis().pipeline("not a model") as pipeline:
        return pipeline.get(question).execute()[0]
