"""The keys of configuration files whose values name models and datasets, by the framework that reads them."""

from __future__ import annotations

import re
from typing import NamedTuple

from depscan.model.models import HUB_SHORT, ModelKind

_MODEL, _PART, _ADAPTER, _DATASET = ModelKind.MODEL, ModelKind.PART, ModelKind.ADAPTER, ModelKind.DATASET


class Key(NamedTuple):
    """What the value of a key is."""

    kind: ModelKind = _MODEL
    sure: bool = False
    """The key takes an id and nothing else, so that a bare name is one."""
    told: bool = False
    """A value that is no id is worth saying: the model is known at run time only."""


def key(name: str) -> Key | None:
    """What a key takes, in whatever spelling (`modelName`, `model-name`, `MODEL_NAME`); nothing if no model."""
    plain = spelled(name)
    if plain in OUTPUTS:
        return None
    if found := _KEYS.get(plain):
        return found
    return Key(told=plain.endswith(("model_id", "llm_model"))) if _ENDING.search(plain) else None


def spelled(name: str) -> str:
    """A key in lower case with underscores, without those in front."""
    if len(name) > 80:
        return ""
    return re.sub(r"[\s.-]+", "_", re.sub(r"(?<=[a-z0-9])(?=[A-Z])", "_", name)).lower().strip("_")


OUTPUTS = frozenset({
    "hub_model_id", "push_to_hub", "push_to_hub_model_id", "push_to_hub_organization", "hub_repo_id", "hub_dataset_id",
    "hub_private_repo", "output_dir", "output_model", "output_path", "save_path", "save_dir", "save_model",
    "output_model_name", "run_name", "wandb", "wandb_project", "logging", "loggers", "callbacks", "push_model_to_hf",
    "hf_repo_output", "response_model", "push_adapter_to_hf", "finetuned_model", "merged_model_name",
})  # fmt: skip
"""What is written, not read; nothing below them is looked at."""

_KEYS: dict[str, Key] = {
    **dict.fromkeys(
        (
            "model_name_or_path", "pretrained_model_name_or_path", "base_model", "base_model_name_or_path",
            "hf_model", "hf_model_id", "hf_model_name", "hf_model_name_or_path", "hf_model_path", "huggingface_model",
            "pretrained_model", "pretrained_model_name", "pretrained_name_or_path", "pretrained_vae_model_name_or_path",
            "reward_model_path", "reward_model_name_or_path", "sft_model_path", "teacher_model_name_or_path",
            "student_model_name_or_path", "ref_model_name_or_path", "hf_pretrained_model_name", "base_model_name",
        ),
        Key(sure=True, told=True),
    ),
    **dict.fromkeys(
        ("tokenizer_name_or_path", "tokenizer_name", "pretrained_tokenizer_name", "tokenizer_model_name",
         "processor_name_or_path", "image_processor_name", "feature_extractor_name"),
        Key(_PART, sure=True),
    ),
    **dict.fromkeys(
        ("tokenizer", "tokenizer_config", "tokenizer_id", "tokenizer_path", "base_model_config", "config_name",
         "processor", "processor_name"),
        Key(_PART),
    ),
    **dict.fromkeys(
        ("adapter_name_or_path", "peft_model_id", "lora_model_dir", "lora_model_name_or_path", "lora_path",
         "lora_name_or_path", "adapter_path", "lora_repo", "lora_weights", "lora_modules"),
        Key(_ADAPTER),
    ),
    **dict.fromkeys(
        ("dataset_path", "hf_dataset", "hf_dataset_name", "hf_dataset_id", "dataset_name_or_path", "dataset_id",
         "dataset_repo_id", "train_dataset_name_or_path"),
        Key(_DATASET, sure=True),
    ),
    **dict.fromkeys(
        ("dataset_name", "dataset", "datasets", "dataset_mixer", "dataset_mixture", "pretraining_dataset",
         "train_dataset", "eval_dataset", "test_dataset", "test_datasets", "train_dataset_name", "eval_dataset_name",
         "dataset_repo", "train_datasets", "eval_datasets", "dataset_names", "validation_dataset", "instruct_dataset"),
        Key(_DATASET),
    ),
    **dict.fromkeys(
        ("model_name", "model_id", "llm_model", "llm_model_name", "embedding_model", "embedding_model_name",
         "embedding_model_id", "embed_model", "chat_model", "default_model", "model_name_or_id"),
        Key(told=True),
    ),
    **dict.fromkeys(
        ("model", "models", "model_path", "model_list", "llm", "llms", "lm", "engine", "deployment", "deployment_name",
         "azure_deployment", "deployment_id", "checkpoint", "checkpoint_path", "ckpt", "ckpt_path", "checkpoint_dir",
         "weights", "pretrained", "pretrained_path", "embedding", "embeddings", "embedder", "reranker", "rerank_model",
         "judge", "judge_model", "grader", "text_encoder", "vision_tower", "mm_vision_tower", "image_encoder",
         "speculative_model", "draft_model", "reward_model", "ref_model", "teacher_model", "vae", "unet", "controlnet",
         "clip_model", "backbone", "encoder", "model_repo", "repo_id", "hf_repo", "hf_repo_id", "model_uri",
         "manager_llm", "function_calling_llm", "planning_llm", "init_from", "transformer", "whisper_model",
         "model_info_name", "providers", "fallbacks", "init_checkpoint"),
        Key(),
    ),
}  # fmt: skip

_ENDING = re.compile(
    r"_(?:model|models|model_name|model_names|model_id|model_path|model_name_or_path|llm|lm|checkpoint)$"
)

WITHIN = frozenset({"name", "id", "path", "repo", "name_or_path", "identifier", "model", "uri", "value", "default",
                    "version", "repo_id", "pretrained", "slug", "ds"})  # fmt: skip
"""Keys of a mapping or a list below such a key that hold the id itself."""

WITHOUT_MODEL = re.compile(r"[a-z_]*(?:optimi[sz]er|scheduler|logger|metric|monitor|image|uses|type|class)[a-z_]*")
"""Keys below which `name` and `path` name something else."""

BUILDERS = frozenset({"json", "csv", "parquet", "text", "arrow", "webdataset", "imagefolder", "audiofolder", "pandas",
                      "generator", "sql", "disk", "tar", "lmdb", "folder", "custom", "alpaca", "sharegpt"})  # fmt: skip
"""Names that `load_dataset` takes for a way to read files."""

_WORDS = (
    b"model", b"llm", b"tokenizer", b"processor", b"pretrained", b"checkpoint", b"ckpt", b"weights", b"embedd",
    b"repo_id", b"feature_extractor",
    b"hf_", b"hf ", b'repo"', b"vae", b"unet", b"adapter", b"lora", b"peft", b"engine", b"deployment", b"vision_tower",
    b"encoder", b"judge", b"grader", b"backbone", b"providers", b"fallbacks", b"rerank", b"controlnet", b"transformer",
    b"init_from", b"hugg", HUB_SHORT.encode(), b"ollama", b"litgpt", b"spacy", b"config_name", b"lm:", b'lm"', b"lm =",
)  # fmt: skip
_DATASET_KEY = re.compile(
    rb"dataset(?!_name\b)[\w.-]*[\"']?\s*[:=]|dataset_name[\"']?\s*[:=]\s*[\"']?[\w.-]+/|--\w*dataset"
)


def hinted(data: bytes) -> bool:
    """Whether the bytes of a file hold a word without which no key and no command above is there."""
    low = data.lower()
    # a plain search for one word is twenty times as fast as a pattern of all
    return any(word in low for word in _WORDS) or (b"dataset" in low and _DATASET_KEY.search(low) is not None)
