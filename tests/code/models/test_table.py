"""What one file names: a table of small cases, positive, negative and dynamic."""

from __future__ import annotations

import ast
import textwrap

import pytest

from depscan.code.models import find
from depscan.model.models import HUB, DynamicModel, ModelRef


def answers(source: str, path: str = "app.py") -> tuple[tuple[ModelRef, ...], tuple[DynamicModel, ...]]:
    text = textwrap.dedent(source)
    return find(path, ast.parse(text), text.encode())


def told(source: str) -> str:
    """Every answer: an id with how it was found, or a question mark with the reason."""
    refs, dynamic = answers(source)
    return " | ".join([*(f"{r.id} {r.resolved_by}" for r in refs), *(f"? {d.reason}" for d in dynamic)])


T = "from transformers import AutoModel, AutoTokenizer, AutoConfig, pipeline\n"
D = "from datasets import load_dataset\n"
O = "from openai import OpenAI\n"  # noqa: E741
ASK = "client = OpenAI()\nclient.chat.completions.create(model={}, messages=[])"
LOAD = "AutoModel.from_pretrained({})"

NAMES = {
    "literal": (T + LOAD.format("'gpt2'"), "gpt2 literal"),
    "keyword": (T + "AutoModel.from_pretrained(pretrained_model_name_or_path='gpt2')", "gpt2 literal"),
    "module alias": ("import transformers as t\nt.AutoModel.from_pretrained('gpt2')", "gpt2 literal"),
    "import alias": ("from transformers import AutoModel as M\nM.from_pretrained('gpt2')", "gpt2 literal"),
    "long way": ("from transformers.models.auto import AutoModel\nAutoModel.from_pretrained('gpt2')", "gpt2 literal"),
    "rebound class": (T + "M = AutoModel\nM.from_pretrained('gpt2')", "gpt2 literal"),
    "rebound method": (T + "load = AutoModel.from_pretrained\nload('gpt2')", "gpt2 literal"),
    "class on self": (
        T + "class A:\n  def __init__(self): self.cls = AutoModel\n  def f(self): self.cls.from_pretrained('gpt2')",
        "gpt2 literal",
    ),
    "class chosen": (T + "M = AutoModel if x else AutoConfig\nM.from_pretrained('gpt2')", "gpt2 literal"),
    "import in a function": (
        "def f():\n  from transformers import AutoModel\n  AutoModel.from_pretrained('a/b')",
        "a/b literal",
    ),
    "import in try": (
        (
            "try:\n  from transformers import AutoModel\nexcept ImportError:\n"
            "  AutoModel = None\nAutoModel.from_pretrained('gpt2')"
        ),
        "gpt2 literal",
    ),
    "star import": ("from transformers import *\nAutoModel.from_pretrained('gpt2')", "gpt2 literal"),
    "renamed function": ("from datasets import load_dataset as ld\nld('squad')", "squad literal"),
    "partial": (T + "import functools\nf = functools.partial(AutoModel.from_pretrained, 'gpt2')", "gpt2 literal"),
    "thread": (O + "import asyncio\nc = OpenAI()\nasyncio.to_thread(c.embeddings.create, model='m-1')", "m-1 literal"),
    "subclass": (
        "from transformers import BertModel\nclass M(BertModel): pass\nM.from_pretrained('b/c')",
        "b/c literal",
    ),
    "subclass of a client": (
        "from langchain_openai import ChatOpenAI\nclass M(ChatOpenAI): pass\nM(model='gpt-4o')",
        "gpt-4o literal",
    ),
    "super": (
        (
            "from langchain_openai import ChatOpenAI\nclass M(ChatOpenAI):\n"
            "  def __init__(self): super().__init__(model='gpt-4o')"
        ),
        "gpt-4o literal",
    ),
    "unknown class": ("def f(cls): cls.from_pretrained('gpt2')", "gpt2 literal"),
    "any library": ("from muse import VQ\nVQ.from_pretrained('a/b')", "a/b literal"),
}

CLIENTS = {
    "client": (O + ASK.format("'gpt-4o'"), "gpt-4o literal"),
    "async client": (
        (
            "from openai import AsyncOpenAI\nasync def f():\n  c = AsyncOpenAI()\n"
            "  await c.chat.completions.create(model='gpt-4o')"
        ),
        "gpt-4o literal",
    ),
    "client made in place": (O + "OpenAI().responses.create(model='gpt-4o')", "gpt-4o literal"),
    "module client": ("import openai\nopenai.chat.completions.create(model='gpt-4o')", "gpt-4o literal"),
    "old SDK": ("import openai\nopenai.ChatCompletion.create(model='gpt-4')", "gpt-4 literal"),
    "old SDK, engine": ("import openai\nopenai.Completion.create(engine='davinci')", "davinci literal"),
    "client on self": (
        O + "class A:\n  def __init__(self): self.c = OpenAI()\n  def f(self): self.c.embeddings.create(model='e-1')",
        "e-1 literal",
    ),
    "client by annotation": (O + "def f(c: OpenAI): c.embeddings.create(model='e-1')", "e-1 literal"),
    "client by optional annotation": (
        O + "from typing import Optional\ndef f(c: Optional[OpenAI]): c.embeddings.create(model='e-1')",
        "e-1 literal",
    ),
    "client from a function": (
        O + "def make(): return OpenAI()\nmake().embeddings.create(model='e-1')",
        "e-1 literal",
    ),
    "client in with": (
        "import anthropic\nwith anthropic.Anthropic() as c: c.messages.create(model='claude-3')",
        "claude-3 literal",
    ),
    "options on the way": (O + "OpenAI().with_options(timeout=1).embeddings.create(model='e-1')", "e-1 literal"),
    "beta": (O + "OpenAI().beta.chat.completions.parse(model='gpt-4o')", "gpt-4o literal"),
    "client that is given": ("def f(c): c.chat.completions.create(model='gpt-4o')", "gpt-4o literal"),
    "client that is given, dictionary": ("def f(c, **kw): c.chat.completions.create(**kw)", "? known at run time only"),
    "anthropic": (
        "from anthropic import Anthropic\nAnthropic().messages.create(model='claude-3-opus')",
        "claude-3-opus literal",
    ),
    "google": (
        "from google import genai\nc = genai.Client()\nc.models.generate_content(model='gemini-2.0-flash')",
        "gemini-2.0-flash literal",
    ),
    "google, retired": (
        "import google.generativeai as genai\ngenai.GenerativeModel('gemini-pro')",
        "gemini-pro literal",
    ),
    "mistral": (
        "from mistralai import Mistral\nMistral().chat.complete(model='mistral-small')",
        "mistral-small literal",
    ),
    "cohere": ("import cohere\nc = cohere.ClientV2()\nc.chat(model='command-r')", "command-r literal"),
    "groq": ("from groq import Groq\nGroq().chat.completions.create(model='llama-3')", "llama-3 literal"),
    "bedrock": (
        "import boto3\nc = boto3.client('bedrock-runtime')\nc.invoke_model(modelId='anthropic.claude-v2')",
        "anthropic.claude-v2 literal",
    ),
    "litellm": ("import litellm\nlitellm.completion(model='groq/llama-3', messages=[])", "groq/llama-3 literal"),
    "litellm by name": ("from litellm import completion\ncompletion('gpt-4o', [])", "gpt-4o literal"),
    "router": (
        (
            "from litellm import Router\n"
            "Router(model_list=[{'litellm_params': {'model': 'a/b'}}, {'litellm_params': {'model': 'c'}}])"
        ),
        "a/b branch | c branch",
    ),
    "instructor": (
        (
            "import instructor, openai\nc = instructor.from_openai(openai.OpenAI())\n"
            "c.chat.completions.create(model='gpt-4o')"
        ),
        "gpt-4o literal",
    ),
    "ollama": ("import ollama\nollama.chat(model='llama3:8b')", "llama3:8b literal"),
    "langchain": ("from langchain_openai import ChatOpenAI\nChatOpenAI(model='gpt-4o')", "gpt-4o literal"),
    "langchain, other keyword": (
        "from langchain.chat_models import ChatOpenAI\nChatOpenAI(model_name='gpt-4')",
        "gpt-4 literal",
    ),
    "langchain, any": (
        "from langchain.chat_models import init_chat_model\ninit_chat_model('openai:gpt-4o')",
        "openai:gpt-4o literal",
    ),
    "llama_index": ("from llama_index.llms.openai import OpenAI\nOpenAI(model='gpt-4o')", "gpt-4o literal"),
    "dspy": ("import dspy\ndspy.LM('openai/gpt-4o-mini')", "openai/gpt-4o-mini literal"),
    "replicate": ("import replicate\nreplicate.run('meta/llama-2:abc')", "meta/llama-2:abc literal"),
    "smolagents": ("from smolagents import LiteLLMModel\nLiteLLMModel('a/b')", "a/b literal"),
}

LIBRARIES = {
    "pipeline": (T + "pipeline('ner', 'a/b')", "a/b literal"),
    "pipeline keyword": (T + "pipeline(model='a/b')", "a/b literal"),
    "sentence transformers": (
        "from sentence_transformers import SentenceTransformer\nSentenceTransformer('all-MiniLM-L6-v2')",
        "all-MiniLM-L6-v2 literal",
    ),
    "diffusers": ("from diffusers import DiffusionPipeline\nDiffusionPipeline.from_pretrained('a/b')", "a/b literal"),
    "single file": (
        (
            "from diffusers import FluxPipeline\n"
            f"FluxPipeline.from_single_file('https://{HUB}/a/b/blob/main/c.safetensors')"
        ),
        "a/b literal",
    ),
    "lora": (
        "from diffusers import FluxPipeline\np = FluxPipeline.from_pretrained('a/b')\np.load_lora_weights('c/d')",
        "a/b literal | c/d literal",
    ),
    "peft": ("from peft import PeftModel\nPeftModel.from_pretrained(base, 'a/lora')", "a/lora literal"),
    "dataset": (D + "load_dataset('squad', split='train')", "squad literal"),
    "hub file": ("from huggingface_hub import hf_hub_download\nhf_hub_download('a/b', 'f.bin')", "a/b literal"),
    "snapshot": ("from huggingface_hub import snapshot_download\nsnapshot_download(repo_id='a/b')", "a/b literal"),
    "vllm": ("from vllm import LLM\nLLM(model='a/b')", "a/b literal"),
    "llama.cpp": ("from llama_cpp import Llama\nLlama(model_path='./m/x.gguf')", "./m/x.gguf literal"),
    "timm": ("import timm\ntimm.create_model('resnet50', pretrained=True)", "resnet50 literal"),
    "timm from the hub": ("import timm\ntimm.create_model('hf_hub:a/b', pretrained=flag)", "hf_hub:a/b literal"),
    "torch hub": ("import torch\ntorch.hub.load('a/b', 'c')", "a/b/c composed"),
    "torch hub, branch": ("import torch\ntorch.hub.load('a/b:main', 'c')", "a/b/c composed"),
    "torchvision": ("from torchvision import models\nmodels.resnet50(weights='DEFAULT')", "resnet50 literal"),
    "torchvision, old": ("import torchvision\ntorchvision.models.resnet18(pretrained=True)", "resnet18 literal"),
    "torchvision by name": ("from torchvision.models import vgg16\nvgg16(weights=W.X)", "vgg16 literal"),
    "torchaudio": ("import torchaudio\nb = torchaudio.pipelines.WAV2VEC2_BASE\nb.get_model()", "WAV2VEC2_BASE literal"),
    "spacy": ("import spacy\nspacy.load('en_core_web_sm')", "en_core_web_sm literal"),
    "whisper": ("import whisper\nwhisper.load_model('base')", "base literal"),
    "faster whisper": ("from faster_whisper import WhisperModel\nWhisperModel('large-v3')", "large-v3 literal"),
    "ultralytics": ("from ultralytics import YOLO\nYOLO('yolov8n.pt')", "yolov8n.pt literal"),
    "fastembed": ("from fastembed import TextEmbedding\nTextEmbedding('a/b')", "a/b literal"),
    "segment anything": (
        "from segment_anything import sam_model_registry\nsam_model_registry['vit_h'](checkpoint='sam_vit_h.pth')",
        "sam_vit_h.pth literal",
    ),
    "open clip": (
        "import open_clip\nopen_clip.create_model_and_transforms('ViT-B-32', pretrained='x')",
        "ViT-B-32 literal",
    ),
    "evaluation harness": (
        "import lm_eval\nlm_eval.simple_evaluate(model='hf', model_args='pretrained=a/b,dtype=float')",
        "a/b literal",
    ),
    "weights by address": (
        "import torch\ntorch.hub.load_state_dict_from_url('https://x.org/resnet-1.pth')",
        "https://x.org/resnet-1.pth literal",
    ),
    "file of weights": ("import torch\ntorch.load('sam_vit_h.pth')", "sam_vit_h.pth literal"),
    "address on the hub": (f"URL = 'https://{HUB}/datasets/a/b/resolve/main/c.json'", "a/b literal"),
}

NOTHING = {
    "redis": ("import redis\nr = redis.Redis()\nr.pipeline(transaction=False)", ""),
    "sklearn": ("from sklearn.pipeline import Pipeline, make_pipeline\nPipeline([('a', b)])\nmake_pipeline(a)", ""),
    "own pipeline": ("def pipeline(task, model): ...\npipeline('ner', 'a/b')", ""),
    "own get_encoding": ("def get_encoding(name='gpt2'): ...\nget_encoding('gpt2')", ""),
    "tiktoken": ("import tiktoken\ntiktoken.get_encoding('gpt2')\ntiktoken.encoding_for_model('gpt-4')", ""),
    "MIME type": ("r = dict(type='application/json')\nheaders = {'a': 'text/html'}", ""),
    "URL path": ("@app.get('/v1/models')\ndef f(): return requests.get('http://x/v1/chat/completions')", ""),
    "prefixes": ("if name.startswith(('o1', 'o3', 'gpt-4')): pass", ""),
    "pydantic create_model": ("from pydantic import create_model\ncreate_model('Answer', x=int)", ""),
    "untrained": ("import timm\ntimm.create_model('resnet50')\ntimm.create_model('vit', pretrained=False)", ""),
    "untrained torchvision": (
        "import torchvision\ntorchvision.models.resnet18()\ntorchvision.models.vgg16(weights=None)",
        "",
    ),
    "output": (T + "args = dict(hub_model_id='me/mine')\nmodel.push_to_hub('me/mine')", ""),
    "prose": ('"""AutoModel.from_pretrained("gpt2")"""\n# AutoModel.from_pretrained("gpt2")', ""),
    "text": (T + "print('AutoModel.from_pretrained(\"gpt2\")')", ""),
    "other create": ("import stripe\nstripe.Charge.create(model='x')", ""),
    "messages of another service": ("from twilio.rest import Client\nClient().messages.create(to='1', body='x')", ""),
    "own checkpoint": ("import torch, os\ntorch.load(os.path.join(out, 'ckpt.pt'))\ntorch.load('out/model.pt')", ""),
    "page on the hub": (f"DOCS = 'https://{HUB}/docs/hub/index'\nP = 'https://{HUB}/a/b'", ""),
    "picture on the hub": (f"x = 'https://{HUB}/datasets/a/b/resolve/main/cat.png'", ""),
    "os path": ("import os\nos.path.join('a', 'b')\nopen('gpt2')", ""),
    "trainer with an object": (T + "from trl import SFTTrainer\nSFTTrainer(model=AutoModel.from_config(c))", ""),
}

VALUES = {
    "constant": (T + "NAME = 'gpt2'\n" + LOAD.format("NAME"), "gpt2 constant"),
    "constant in a function": (T + "NAME = 'gpt2'\ndef f(): " + LOAD.format("NAME"), "gpt2 constant"),
    "constant below": (T + "def f(): " + LOAD.format("NAME") + "\nNAME = 'gpt2'", "gpt2 constant"),
    "local": (T + "def f():\n  n = 'gpt2'\n  " + LOAD.format("n"), "gpt2 constant"),
    "constant of a constant": (T + "A = 'gpt2'\nB = A\n" + LOAD.format("B"), "gpt2 constant"),
    "last assignment": (T + "n = 'a/b'\nn = 'gpt2'\n" + LOAD.format("n"), "gpt2 constant"),
    "first use": (T + "n = 'gpt2'\n" + LOAD.format("n") + "\nn = 'a/b'", "gpt2 constant"),
    "walrus": (T + "if (n := 'gpt2'): " + LOAD.format("n"), "gpt2 constant"),
    "unpacking": (T + "a, b = 'x/y', 'gpt2'\n" + LOAD.format("b"), "gpt2 constant"),
    "dictionary": (T + "M = {'s': 'gpt2', 'l': 'gpt2-xl'}\n" + LOAD.format("M['s']"), "gpt2 constant"),
    "dictionary, nested": (T + "M = {'s': {'id': 'gpt2'}}\n" + LOAD.format("M['s']['id']"), "gpt2 constant"),
    "dictionary, open key": (
        T + "M = {'s': 'gpt2', 'l': 'gpt2-xl'}\n" + LOAD.format("M[size]"),
        "gpt2 branch | gpt2-xl branch",
    ),
    "dictionary get": (T + "M = {'s': 'gpt2'}\n" + LOAD.format("M.get(k, 'a/b')"), "a/b default | gpt2 branch"),
    "dictionary call": (T + "M = dict(s='gpt2')\n" + LOAD.format("M['s']"), "gpt2 constant"),
    "dictionary set": (T + "M = {}\nM['s'] = 'gpt2'\n" + LOAD.format("M['s']"), "gpt2 constant"),
    "dictionary merged": (T + "A = {'s': 'gpt2'}\nM = {**A, 'l': 'a/b'}\n" + LOAD.format("M['s']"), "gpt2 constant"),
    "list": (T + "M = ['gpt2', 'a/b']\n" + LOAD.format("M[0]"), "gpt2 constant"),
    "list from behind": (T + "M = ['gpt2', 'a/b']\n" + LOAD.format("M[-1]"), "a/b constant"),
    "or": (T + "def f(n=None): " + LOAD.format("n or 'gpt2'"), "gpt2 literal"),
    "or environment": (T + "import os\n" + LOAD.format("os.environ.get('M') or 'gpt2'"), "gpt2 literal"),
    "conditional": (T + LOAD.format("'gpt2' if small else 'gpt2-xl'"), "gpt2 branch | gpt2-xl branch"),
    "if and else": (T + "if x: n = 'gpt2'\nelse: n = 'a/b'\n" + LOAD.format("n"), "a/b branch | gpt2 branch"),
    "other branch": (T + "if x:\n  n = 'gpt2'\nelse:\n  n = 'a/b'\n  " + LOAD.format("n"), "a/b constant"),
    "maybe": (T + "n = 'gpt2'\nif x: n = 'a/b'\n" + LOAD.format("n"), "a/b branch | gpt2 branch"),
    "match": (
        T + "match x:\n  case 1: n = 'gpt2'\n  case _: n = 'a/b'\n" + LOAD.format("n"),
        "a/b branch | gpt2 branch",
    ),
    "f-string": (T + "S = 'xl'\n" + LOAD.format("f'gpt2-{S}'"), "gpt2-xl composed"),
    "f-string, number": (T + "S = 7\n" + LOAD.format("f'a/b-{S}b'"), "a/b-7b composed"),
    "sum": (T + "O = 'org/'\n" + LOAD.format("O + 'name'"), "org/name composed"),
    "percent": (T + LOAD.format("'%s/%s' % ('a', 'b')"), "a/b composed"),
    "format": (T + LOAD.format("'{}/{n}'.format('a', n='b')"), "a/b composed"),
    "join": (T + LOAD.format("'/'.join(['a', 'b'])"), "a/b composed"),
    "os.path.join": (T + "import os\n" + LOAD.format("os.path.join('a', 'b')"), "a/b composed"),
    "method of a text": (T + LOAD.format("'A/B'.lower()"), "a/b composed"),
    "loop": (T + "for n in ('gpt2', 'a/b'): " + LOAD.format("n"), "a/b branch | gpt2 branch"),
    "loop over pairs": (T + "for n, k in [('gpt2', 1), ('a/b', 2)]: " + LOAD.format("n"), "a/b branch | gpt2 branch"),
    "loop over keys": (T + "M = {'gpt2': 1}\nfor n in M: " + LOAD.format("n"), "gpt2 constant"),
    "loop over items": (T + "M = {'x': 'gpt2'}\nfor k, n in M.items(): " + LOAD.format("n"), "gpt2 constant"),
    "loop over values": (T + "M = {'x': 'gpt2'}\nfor n in M.values(): " + LOAD.format("n"), "gpt2 constant"),
    "comprehension": (T + "[AutoModel.from_pretrained(n) for n in ['gpt2', 'a/b']]", "a/b branch | gpt2 branch"),
    "composed in a loop": (T + "for s in ['s', 'l']: " + LOAD.format("f'a/b-{s}'"), "a/b-l branch | a/b-s branch"),
    "enumerate": (T + "for i, n in enumerate(['gpt2']): " + LOAD.format("n"), "gpt2 constant"),
    "zip": (T + "for n, k in zip(['gpt2'], [1]): " + LOAD.format("n"), "gpt2 constant"),
    "enum": (T + "class E(Enum):\n  A = 'gpt2'\n" + LOAD.format("E.A.value"), "gpt2 constant"),
    "text enum": (T + "class E(str, Enum):\n  A = 'gpt2'\n" + LOAD.format("E.A"), "gpt2 constant"),
    "class attribute": (T + "class A:\n  name = 'gpt2'\n  def f(self): " + LOAD.format("self.name"), "gpt2 constant"),
    "inherited": (
        T + "class B:\n  name = 'gpt2'\nclass A(B):\n  def f(self): " + LOAD.format("self.name"),
        "gpt2 constant",
    ),
    "set in the constructor": (
        T + "class A:\n  def __init__(self): self.n = 'gpt2'\n  def f(self): " + LOAD.format("self.n"),
        "gpt2 constant",
    ),
    "function": (T + "def name(): return 'gpt2'\n" + LOAD.format("name()"), "gpt2 constant"),
    "function of an argument": (T + "def name(s): return f'a/b-{s}'\n" + LOAD.format("name('x')"), "a/b-x caller"),
    "membership, asserted": (
        T + "def f(n):\n  assert n in {'gpt2', 'a/b'}\n  " + LOAD.format("n"),
        "a/b branch | gpt2 branch",
    ),
    "membership, else raised": (
        T + "def f(n):\n  if n not in ('gpt2',): raise E\n  " + LOAD.format("n"),
        "gpt2 branch",
    ),
    "membership, only a filter": (
        T + "def f(n):\n  if n in ('gpt2', 'a/b'):\n    " + LOAD.format("n"),
        "? a parameter of f",
    ),
    "starred": (T + "M = ['gpt2']\nAutoModel.from_pretrained(*M)", "gpt2 constant"),
    "dictionary of arguments": (
        T + "K = {'pretrained_model_name_or_path': 'gpt2'}\nAutoModel.from_pretrained(**K)",
        "gpt2 constant",
    ),
    "getattr": (T + "class A:\n  n = 'gpt2'\n" + LOAD.format("getattr(A, 'n')"), "gpt2 constant"),
    "text of": (T + LOAD.format("str('gpt2')"), "gpt2 literal"),
    "global": (
        T + "N = 'a/b'\ndef g():\n  global N\n  N = 'gpt2'\ndef f(): " + LOAD.format("N"),
        "a/b branch | gpt2 branch",
    ),
    "lambda": (T + "f = lambda: 'gpt2'\n" + LOAD.format("f()"), "gpt2 literal"),
}

A = "import argparse\np = argparse.ArgumentParser()\n"
DEFAULTS = {
    "parameter": (T + "def f(n='gpt2'): " + LOAD.format("n"), "gpt2 default"),
    "keyword parameter": (T + "def f(*, n='gpt2'): " + LOAD.format("n"), "gpt2 default"),
    "parameter is a constant": (T + "N = 'gpt2'\ndef f(n=N): " + LOAD.format("n"), "gpt2 default"),
    "constructor": (
        T + "class A:\n  def __init__(self, n='gpt2'): self.n = n\n  def f(self): " + LOAD.format("self.n"),
        "gpt2 default",
    ),
    "argparse": (
        T + A + "p.add_argument('--model-path', default='gpt2')\na = p.parse_args()\n" + LOAD.format("a.model_path"),
        "gpt2 default",
    ),
    "argparse, dest": (
        T + A + "p.add_argument('-m', '--m', dest='n', default='gpt2')\na = p.parse_args()\n" + LOAD.format("a.n"),
        "gpt2 default",
    ),
    "argparse, known": (
        T + A + "p.add_argument('--n', default='gpt2')\na, _ = p.parse_known_args()\n" + LOAD.format("a.n"),
        "gpt2 default",
    ),
    "argparse, vars": (
        T + A + "p.add_argument('--n', default='gpt2')\na = vars(p.parse_args())\n" + LOAD.format("a['n']"),
        "gpt2 default",
    ),
    "argparse, pop": (
        T + A + "p.add_argument('--n', default='gpt2')\na = p.parse_args().__dict__\n" + LOAD.format("a.pop('n')"),
        "gpt2 default",
    ),
    "argparse, choices": (
        T + A + "p.add_argument('--n', choices=['gpt2', 'a/b'])\na = p.parse_args()\n" + LOAD.format("a.n"),
        "a/b branch | gpt2 branch",
    ),
    "argparse, handed on": (
        T + A + "p.add_argument('--n', default='gpt2')\ndef f(args): " + LOAD.format("args.n") + "\nf(p.parse_args())",
        "gpt2 default",
    ),
    "argparse, no default": (
        T + A + "p.add_argument('--n')\na = p.parse_args()\n" + LOAD.format("a.n"),
        "? an option of the command line without a default",
    ),
    "argparse, set": (
        T
        + A
        + "p.add_argument('--path', default='gpt2')\nargs = p.parse_args()\nargs.n = args.path\n"
        + LOAD.format("args.n"),
        "gpt2 default",
    ),
    "click": (T + "import click\n@click.option('--n', default='gpt2')\ndef f(n): " + LOAD.format("n"), "gpt2 default"),
    "typer": (T + "import typer\ndef f(n: str = typer.Option('gpt2', '--n')): " + LOAD.format("n"), "gpt2 default"),
    "typer, annotated": (
        T + "import typer\ndef f(n: Annotated[str, typer.Option()] = 'gpt2'): " + LOAD.format("n"),
        "gpt2 default",
    ),
    "absl": (
        T
        + "from absl import flags\nflags.DEFINE_string('n', 'gpt2', 'help')\nFLAGS = flags.FLAGS\ndef f(): "
        + LOAD.format("FLAGS.n"),
        "gpt2 default",
    ),
    "fire": (T + "import fire\ndef f(n='gpt2'): " + LOAD.format("n") + "\nfire.Fire(f)", "gpt2 default"),
    "dataclass": (T + "@dataclass\nclass C:\n  n: str = 'gpt2'\nc = C()\n" + LOAD.format("c.n"), "gpt2 default"),
    "dataclass, given": (
        T + "@dataclass\nclass C:\n  n: str = 'a/b'\nc = C(n='gpt2')\n" + LOAD.format("c.n"),
        "gpt2 constant",
    ),
    "dataclass, by position": (
        T + "@dataclass\nclass C:\n  n: str\nc = C('gpt2')\n" + LOAD.format("c.n"),
        "gpt2 constant",
    ),
    "dataclass field": (
        T
        + "from dataclasses import field\n@dataclass\nclass C:\n  n: str = field(default='gpt2')\n"
        + LOAD.format("C().n"),
        "gpt2 default",
    ),
    "dataclass factory": (
        T
        + (
            "from dataclasses import field\n@dataclass\nclass C:\n"
            "  n: str = field(default_factory=lambda: 'gpt2' if x else 'a/b')\n"
        )
        + LOAD.format("C().n"),
        "a/b branch | gpt2 branch",
    ),
    "dataclass by annotation": (
        T + "@dataclass\nclass C:\n  n: str = 'gpt2'\ndef f(c: C): " + LOAD.format("c.n"),
        "gpt2 default",
    ),
    "pydantic": (
        T
        + "from pydantic import BaseModel, Field\nclass C(BaseModel):\n  n: str = Field('gpt2')\nc = C()\n"
        + LOAD.format("c.n"),
        "gpt2 default",
    ),
    "pydantic settings": (
        T
        + "from pydantic_settings import BaseSettings\nclass S(BaseSettings):\n  n: str = 'gpt2'\ns = S()\ndef f(): "
        + LOAD.format("s.n"),
        "gpt2 default",
    ),
    "HfArgumentParser": (
        (
            "from transformers import AutoModel, HfArgumentParser\n"
            "@dataclass\nclass M:\n  n: str = 'gpt2'\n@dataclass\nclass D:\n  x: int = 1\n"
            "m, d = HfArgumentParser((M, D)).parse_args_into_dataclasses()\n"
        )
        + LOAD.format("m.n"),
        "gpt2 default",
    ),
    "tyro": (
        T + "import tyro\n@dataclass\nclass C:\n  n: str = 'gpt2'\nc = tyro.cli(C)\n" + LOAD.format("c.n"),
        "gpt2 default",
    ),
    "OmegaConf": (
        T
        + "from omegaconf import OmegaConf\n@dataclass\nclass C:\n  n: str = 'gpt2'\nc = OmegaConf.structured(C)\n"
        + LOAD.format("c.n"),
        "gpt2 default",
    ),
    "environment": (T + "import os\n" + LOAD.format("os.environ.get('M', 'gpt2')"), "gpt2 default"),
    "getenv": (T + "import os\n" + LOAD.format("os.getenv('M', default='gpt2')"), "gpt2 default"),
    "parametrised test": (
        T + "import pytest\n@pytest.mark.parametrize('n', ['gpt2', 'a/b'])\ndef test_f(n): " + LOAD.format("n"),
        "a/b branch | gpt2 branch",
    ),
    "parametrised, two names": (
        T + "import pytest\n@pytest.mark.parametrize('k,n', [(1, 'gpt2')])\ndef test_f(k, n): " + LOAD.format("n"),
        "gpt2 default",
    ),
    "fixture": (
        T + "import pytest\n@pytest.fixture\ndef n(): return 'gpt2'\ndef test_f(n): " + LOAD.format("n"),
        "gpt2 default",
    ),
}

CALLERS = {
    "function": (T + "def f(n): " + LOAD.format("n") + "\nf('gpt2')", "gpt2 caller | gpt2 caller"),
    "keyword": (T + "def f(n): " + LOAD.format("n") + "\nf(n='gpt2')", "gpt2 caller | gpt2 caller"),
    "default and caller": (
        T + "def f(n='a/b'): " + LOAD.format("n") + "\nf('gpt2')",
        "a/b default | gpt2 caller | gpt2 caller",
    ),
    "composed": (T + "def f(n): " + LOAD.format("f'a/{n}'") + "\nf('b')", "a/b caller | a/b caller"),
    "through another": (
        T + "def f(n): " + LOAD.format("n") + "\ndef g(m): f(m)\ng('gpt2')",
        "gpt2 caller | gpt2 caller",
    ),
    "method": (
        T + "class A:\n  def f(self, n): " + LOAD.format("n") + "\n  def g(self): self.f('gpt2')",
        "gpt2 caller | gpt2 caller",
    ),
    "static method": (
        T + "class A:\n  @staticmethod\n  def f(n): " + LOAD.format("n") + "\nA.f('gpt2')",
        "gpt2 caller | gpt2 caller",
    ),
    "class method": (
        T + "class A:\n  @classmethod\n  def f(cls, n): " + LOAD.format("n") + "\nA.f('gpt2')",
        "gpt2 caller | gpt2 caller",
    ),
    "instance": (
        T + "class A:\n  def f(self, n): " + LOAD.format("n") + "\na = A()\na.f('gpt2')",
        "gpt2 caller | gpt2 caller",
    ),
    "constructor": (
        T + "class A:\n  def __init__(self, n): self.n = n\n  def f(self): " + LOAD.format("self.n") + "\nA('gpt2')",
        "gpt2 caller | gpt2 caller",
    ),
    "dataclass": (
        T + "@dataclass\nclass A:\n  n: str\n  def f(self): " + LOAD.format("self.n") + "\nA('gpt2')",
        "gpt2 caller | gpt2 caller",
    ),
    "wrapper called like the library": (
        (
            "class GPT:\n  @classmethod\n  def from_pretrained(cls, n):\n    assert n in {'gpt2'}\n"
            "    from transformers import GPT2LMHeadModel\n    GPT2LMHeadModel.from_pretrained(n)\n"
            "GPT.from_pretrained('resume')\nGPT.from_pretrained('gpt2')"
        ),
        "gpt2 branch | gpt2 caller",
    ),
    "caller that gives nothing": (T + "def f(n='gpt2'): " + LOAD.format("n") + "\nf()", "gpt2 default"),
    "caller that knows nothing": (T + "def f(n): " + LOAD.format("n") + "\nf(input())", "? a parameter of f"),
}

DYNAMIC = {
    "parameter": (T + "def f(n): " + LOAD.format("n"), "? a parameter of f"),
    "environment": (T + "import os\n" + LOAD.format("os.environ['M']"), "? an environment variable"),
    "environment without default": (T + "import os\n" + LOAD.format("os.getenv('M')"), "? an environment variable"),
    "unknown name": (T + LOAD.format("undefined"), "? known at run time only"),
    "call": (T + LOAD.format("pick()"), "? known at run time only"),
    "partly known": (T + "def f(s): " + LOAD.format("f'a/b-{s}'"), "? a parameter of f: a/b-*"),
    "local path": (T + LOAD.format("'./ckpt'"), "? a local path"),
    "local folder": (T + LOAD.format("'out/run-1'"), "? a local path"),
    "placeholder": (T + LOAD.format("'<your model>'"), "? a placeholder"),
    "path to": (T + LOAD.format("'path/to/model'"), "? a placeholder"),
    "no argument": (T + "AutoModel.from_pretrained()", "? none is named: whatever the library or service takes"),
    "keywords only": (T + "def f(**kw): AutoModel.from_pretrained(**kw)", "? known at run time only"),
    "none": (T + LOAD.format("None"), "? none is named: whatever the library or service takes"),
    "builder": (D + "load_dataset('json', data_files='x.json')", "? local files"),
    "pipeline for anything": (T + "def f(t): pipeline(t)", "? none is named: whatever the library or service takes"),
    "provider": ("import dspy\ndspy.LM('openai')", "? the name of a provider"),
    "client without a model": (
        "import cohere\ncohere.Client().chat(message='x')",
        "? none is named: whatever the library or service takes",
    ),
    "hosted, given": (O + "def f(m): OpenAI().responses.create(model=m)", "? a parameter of f"),
    "defined by itself": (T + "n = n + 'x'\n" + LOAD.format("n"), "? defined by itself: *x"),
    "local repository": ("import torch\ntorch.hub.load('.', 'custom', source='local')", "? a local path"),
    "any model of torchvision": (
        "import torchvision\ntorchvision.models.__dict__[name](weights='DEFAULT')",
        "? looked up by its name",
    ),
}

IMPLICIT = {
    "task": (T + "pipeline('any-to-any')", "google/gemma-3n-E4B-it implicit"),
    "task keyword": (T + "pipeline(task='ner')", "dbmdz/bert-large-cased-finetuned-conll03-english implicit"),
    "chat model": ("from langchain_openai import ChatOpenAI\nChatOpenAI()", "gpt-3.5-turbo implicit"),
    "embeddings": (
        "from langchain_huggingface import HuggingFaceEmbeddings\nHuggingFaceEmbeddings()",
        "sentence-transformers/all-mpnet-base-v2 implicit",
    ),
    "yolo": ("from ultralytics import YOLO\nYOLO()", "yolo26n.pt implicit"),
    "fastembed": ("from fastembed import TextEmbedding\nTextEmbedding()", "BAAI/bge-small-en-v1.5 implicit"),
    "moderation": (O + "OpenAI().moderations.create(input='x')", "omni-moderation-latest implicit"),
    "llama_index": ("from llama_index.llms.openai import OpenAI\nOpenAI()", "gpt-3.5-turbo implicit"),
}

C = "@dataclass\nclass C:\n  n: str = 'gpt2'\n"
MORE = {
    "strip": (T + LOAD.format("' gpt2 '.strip()"), "gpt2 composed"),
    "strip of what": (T + LOAD.format("'gpt2/'.rstrip('/')"), "gpt2 composed"),
    "upper": (T + LOAD.format("'gpt2'.upper()"), "GPT2 composed"),
    "replace": (T + LOAD.format("'a_b'.replace('_', '/')"), "a/b composed"),
    "removeprefix": (T + LOAD.format("'hf:gpt2'.removeprefix('hf:')"), "gpt2 composed"),
    "split": (T + LOAD.format("'a/b,c/d'.split(',')[1]"), "c/d composed"),
    "loop over a split": (T + "for n in 'a/b,c/d'.split(','): " + LOAD.format("n"), "a/b branch | c/d branch"),
    "with suffix": (
        T + ("import torch\nfrom pathlib import Path\ntorch.load(Path('yolo5n').with_suffix('.pt'))"),
        "yolo5n.pt composed",
    ),
    "other suffix": (
        T + ("import torch\nfrom pathlib import Path\ntorch.load(Path('yolo5n.x').with_suffix('.pt'))"),
        "yolo5n.pt composed",
    ),
    "joinpath": (T + "from pathlib import Path\n" + LOAD.format("Path('a').joinpath('b')"), "a/b composed"),
    "path division": (T + "from pathlib import Path\n" + LOAD.format("Path('a') / 'b'"), "a/b composed"),
    "file below an unknown folder": ("import torch\ntorch.load(ROOT / 'yolov5s.pt')", "yolov5s.pt composed"),
    "path of nothing": (T + "from pathlib import Path\n" + LOAD.format("Path()"), "? known at run time only"),
    "method of a text, open": (T + LOAD.format("'a'.replace(x, 'b')"), "? known at run time only"),
    "method of a text, unheard": (T + LOAD.format("'a'.zfill(3)"), "? known at run time only"),
    "format, numbered": (T + LOAD.format("'{1}/{0}'.format('b', 'a')"), "a/b composed"),
    "format, too few": (T + LOAD.format("'{}/{}/{x}'.format('a')"), "? known at run time only: a/*/*"),
    "percent, named": (T + "n = 'b'\n" + LOAD.format("'a/%s' % n"), "a/b composed"),
    "join, open": (T + LOAD.format("'/'.join(parts)"), "? known at run time only"),
    "list copied": (T + LOAD.format("['gpt2'].copy()[0]"), "gpt2 constant"),
    "list popped": (T + LOAD.format("['gpt2', 'a/b'].pop()"), "a/b branch | gpt2 branch"),
    "list, more than it has": (T + LOAD.format("['gpt2'][5]"), "gpt2 constant"),
    "lists joined": (T + "L = ['gpt2'] + ['a/b']\n" + LOAD.format("L[1]"), "a/b constant"),
    "list extended": (T + "L = ['gpt2']\nL += ['a/b']\nfor n in L: " + LOAD.format("n"), "a/b branch | gpt2 branch"),
    "list, starred": (T + "A = ['gpt2']\nL = [*A, 'a/b']\nfor n in L: " + LOAD.format("n"), "a/b branch | gpt2 branch"),
    "starred, indexed": (T + "A = ['gpt2']\nL = [*A, 'a/b']\n" + LOAD.format("L[0]"), "a/b branch | gpt2 branch"),
    "slice": (T + "L = ['gpt2', 'a/b']\nfor n in L[1:]: " + LOAD.format("n"), "a/b branch | gpt2 branch"),
    "dictionary popped": (T + "M = {'n': 'gpt2'}\n" + LOAD.format("M.pop('n')"), "gpt2 constant"),
    "dictionary, default set": (T + "M = {}\n" + LOAD.format("M.setdefault('n', 'gpt2')"), "gpt2 default"),
    "dictionary copied": (T + "M = {'n': 'gpt2'}\n" + LOAD.format("M.copy()['n']"), "gpt2 constant"),
    "dictionary, keys": (T + "M = {'gpt2': 1}\n" + LOAD.format("list(M.keys())[0]"), "gpt2 constant"),
    "dictionary, comprehension": (T + "M = {k: f'a/{k}' for k in ['x']}\n" + LOAD.format("M['x']"), "a/x composed"),
    "dictionary, missing": (
        T + "M = {'n': 'gpt2'}\n" + LOAD.format("M.get('x')"),
        "? none is named: whatever the library or service takes",
    ),
    "dictionary as object": (
        T + "from types import SimpleNamespace\nM = SimpleNamespace(n='gpt2')\n" + LOAD.format("M.n"),
        "gpt2 constant",
    ),
    "next": (T + LOAD.format("next(iter(['gpt2']))"), "gpt2 constant"),
    "product": (
        T + "import itertools\nfor a, b in itertools.product(['x'], ['gpt2']): " + LOAD.format("b"),
        "gpt2 constant",
    ),
    "cast": (T + "import typing\n" + LOAD.format("typing.cast(str, 'gpt2')"), "gpt2 literal"),
    "getattr with a default": (T + "def f(o): " + LOAD.format("getattr(o, 'n', 'gpt2')"), "gpt2 default"),
    "decouple": (T + "from decouple import config\n" + LOAD.format("config('M', default='gpt2')"), "gpt2 default"),
    "annotation in quotes": (T + C + "def f(c: 'C'): " + LOAD.format("c.n"), "gpt2 default"),
    "annotation that is no code": (T + "def f(n: '('): " + LOAD.format("n"), "? a parameter of f"),
    "annotation or none": (T + C + "def f(c: C | None): " + LOAD.format("c.n"), "gpt2 default"),
    "annotation, generic": (T + C + "def f(c: list[C]): " + LOAD.format("c.n"), "? known at run time only"),
    "annotation, unknown": (T + "def f(c: X): " + LOAD.format("c.n"), "? known at run time only"),
    "annotation by module": ("import openai\ndef f(c: openai.OpenAI): c.embeddings.create(model='e')", "e literal"),
    "factory, a function": (
        T
        + (
            "from dataclasses import field\ndef make(): return 'gpt2'\n@dataclass\nclass C:\n"
            "  n: str = field(default_factory=make)\n"
        )
        + LOAD.format("C().n"),
        "gpt2 default",
    ),
    "field without a default": (
        T + "from dataclasses import field\n@dataclass\nclass C:\n  n: str = field()\n" + LOAD.format("C().n"),
        "? known at run time only",
    ),
    "required field": (
        T
        + ("from pydantic import BaseModel, Field\nclass C(BaseModel):\n  n: str = Field(...)\nc = C(**x)\n")
        + LOAD.format("c.n"),
        "? known at run time only",
    ),
    "options set before": (
        T + A + "p.add_argument('--n')\np.set_defaults(n='gpt2')\na = p.parse_args()\n" + LOAD.format("a.n"),
        "gpt2 default",
    ),
    "option by position": (
        T + A + "p.add_argument('n', nargs='?', default='gpt2')\na = p.parse_args()\n" + LOAD.format("a.n"),
        "gpt2 default",
    ),
    "option that nobody declares": (
        T + A + "p.add_argument('--m')\na = p.parse_args()\n" + LOAD.format("a.n"),
        "? an option of the command line",
    ),
    "optparse": (
        T
        + ("import optparse\np = optparse.OptionParser()\np.add_option('--n', default='gpt2')\no, _ = p.parse_args()\n")
        + LOAD.format("o.n"),
        "gpt2 default",
    ),
    "click, not about it": (
        T + "import click\n@click.command()\n@click.option('--m', default='x')\ndef f(n): " + LOAD.format("n"),
        "? a parameter of f",
    ),
    "parametrised, names in a list": (
        T
        + ("import pytest\n@pytest.mark.parametrize(['k', 'n'], [(1, 'gpt2')])\ndef test_f(k, n): ")
        + LOAD.format("n"),
        "gpt2 default",
    ),
    "no fixture": (T + "def n(): return 'gpt2'\ndef test_f(n): " + LOAD.format("n"), "? a parameter of test_f"),
    "augmented text": (T + "n = 'a'\nn += '/b'\n" + LOAD.format("n"), "a/b composed"),
    "augmented otherwise": (T + "n = 'a'\nn *= 2\n" + LOAD.format("n"), "? known at run time only"),
    "maybe augmented": (T + "n = 'a/b'\nif x: n += '-c'\n" + LOAD.format("n"), "a/b branch | a/b-c branch"),
    "except as": (T + "try: pass\nexcept E as n: " + LOAD.format("n"), "? known at run time only"),
    "bound by a pattern": (T + "match x:\n  case [n, *rest]: " + LOAD.format("n"), "? known at run time only"),
    "rest of an unpacking": (T + "a, *n = x\n" + LOAD.format("n"), "? known at run time only"),
    "more arguments": (T + "def f(*n, **k): " + LOAD.format("n"), "? known at run time only"),
    "in a while loop": (T + "while x: n = 'gpt2'\nelse: pass\n" + LOAD.format("n"), "gpt2 constant"),
    "finally": (T + "try: n = 'gpt2'\nfinally: pass\n" + LOAD.format("n"), "gpt2 constant"),
    "walrus in a comprehension": (T + "[n for x in y if (n := 'gpt2')]\n" + LOAD.format("n"), "gpt2 constant"),
    "chained comprehension": (
        T + "L = [['gpt2']]\n[AutoModel.from_pretrained(n) for l in L for n in l]",
        "gpt2 constant",
    ),
    "set comprehension": (T + "for n in {x for x in ['gpt2']}: " + LOAD.format("n"), "gpt2 constant"),
    "nonlocal": (
        T + "def f():\n  n = 'gpt2'\n  def g():\n    nonlocal n\n    " + LOAD.format("n") + "\n",
        "gpt2 constant",
    ),
    "class above": (T + "class A:\n  class B:\n    n = 'gpt2'\n" + LOAD.format("A.B.n"), "? known at run time only"),
    "self after a method": (
        T + "class A:\n  def name(self): return 'gpt2'\n  def f(self): " + LOAD.format("self.name()"),
        "gpt2 constant",
    ),
    "property": (
        T + "class A:\n  @property\n  def n(self): return 'gpt2'\n  def f(self): " + LOAD.format("self.n"),
        "? known at run time only",
    ),
    "loop over an enum": (
        T + "class E(Enum):\n  A = 'gpt2'\n  B = 'a/b'\nfor e in E: " + LOAD.format("e.value"),
        "a/b branch | gpt2 branch",
    ),
    "enum by name": (T + "class E(Enum):\n  A = 'gpt2'\n" + LOAD.format("E['A'].value"), "gpt2 constant"),
    "annotated assignment": (T + "n: str = 'gpt2'\n" + LOAD.format("n"), "gpt2 constant"),
    "async": (
        T + "async def f():\n  async for n in ['gpt2']:\n    async with x as y: " + LOAD.format("n"),
        "gpt2 constant",
    ),
    "in an executor": (O + "c = OpenAI()\nloop.run_in_executor(None, c.embeddings.create, model='e')", "e literal"),
    "Sagemaker": (
        ("from sagemaker.huggingface import HuggingFaceModel\nHuggingFaceModel(env={'HF_MODEL_ID': 'a/b'})"),
        "a/b constant",
    ),
    "Sagemaker, no env": (
        "from sagemaker.huggingface import HuggingFaceModel\nHuggingFaceModel(role=r)",
        "? no model is named in env",
    ),
    "router without a list": ("from litellm import Router\nRouter()", "? no list of models is given"),
    "evaluation, dictionary": (
        ("import lm_eval\nlm_eval.simple_evaluate(model='hf', model_args={'pretrained': 'a/b'})"),
        "a/b literal",
    ),
    "evaluation, open": (
        "import lm_eval\nlm_eval.simple_evaluate(model='hf', model_args=x)",
        "? arguments known at run time only",
    ),
    "evaluation, an object": (
        "import lm_eval\nlm_eval.simple_evaluate(model=x)",
        "? no arguments of a model are given",
    ),
    "torch hub without anything": ("import torch\ntorch.hub.load()", "? no repository is given"),
    "torch hub, open model": ("import torch\ndef f(m): torch.hub.load('a/b', m)", "a/b literal"),
    "torchvision, by get_model": (
        "import torchvision\ntorchvision.models.get_model('resnet50', weights='DEFAULT')",
        "resnet50 literal",
    ),
    "vllm by options": (
        (
            "from vllm import AsyncEngineArgs\nimport argparse\np = argparse.ArgumentParser()\n"
            "p.add_argument('--model-path', default='a/b')\nargs = p.parse_args()\n"
            "args.model = args.model_path\nAsyncEngineArgs.from_cli_args(args)"
        ),
        "a/b default",
    ),
    "agent without a model": ("from pydantic_ai import Agent\nAgent()", ""),
    "number": (T + LOAD.format("7"), "? known at run time only"),
    "bytes": (T + LOAD.format("b'gpt2'"), "? known at run time only"),
    "windows path": (T + LOAD.format("'C:\\\\models\\\\x'"), "? a local path"),
    "words": (T + LOAD.format("'a model of mine'"), "? no id of a model"),
    "hosted words": (O + "OpenAI().responses.create(model='my model')", "? no id of a model"),
}


ALL = {
    f"{kind}: {name}": case
    for kind, table in {
        "name": NAMES,
        "client": CLIENTS,
        "library": LIBRARIES,
        "nothing": NOTHING,
        "value": VALUES,
        "default": DEFAULTS,
        "caller": CALLERS,
        "dynamic": DYNAMIC,
        "implicit": IMPLICIT,
        "more": MORE,
    }.items()
    for name, case in table.items()
}


@pytest.mark.parametrize(("source", "expected"), ALL.values(), ids=ALL)
def test_named(source: str, expected: str) -> None:
    assert told(source) == expected
