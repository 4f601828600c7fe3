"""The models that `transformers.pipeline` takes for a task when none is named; facts from transformers 5.23."""

from __future__ import annotations

SOURCE = "transformers 5.23 pipelines/__init__.py; the last three: transformers 4"
DEFAULTS = {
    "sentiment-analysis": "distilbert/distilbert-base-uncased-finetuned-sst-2-english",
    "text-classification": "distilbert/distilbert-base-uncased-finetuned-sst-2-english",
    "ner": "dbmdz/bert-large-cased-finetuned-conll03-english",
    "token-classification": "dbmdz/bert-large-cased-finetuned-conll03-english",
    "fill-mask": "distilbert/distilroberta-base",
    "feature-extraction": "distilbert/distilbert-base-cased",
    "text-generation": "HuggingFaceTB/SmolLM3-3B",
    "zero-shot-classification": "facebook/bart-large-mnli",
    "automatic-speech-recognition": "facebook/wav2vec2-base-960h",
    "audio-classification": "superb/wav2vec2-base-superb-ks",
    "text-to-audio": "suno/bark-small",
    "text-to-speech": "suno/bark-small",
    "table-question-answering": "google/tapas-base-finetuned-wtq",
    "document-question-answering": "impira/layoutlm-document-qa",
    "image-classification": "google/vit-base-patch16-224",
    "image-feature-extraction": "google/vit-base-patch16-224",
    "object-detection": "facebook/detr-resnet-50",
    "image-segmentation": "facebook/detr-resnet-50-panoptic",
    "zero-shot-image-classification": "openai/clip-vit-base-patch32",
    "zero-shot-audio-classification": "laion/clap-htsat-fused",
    "zero-shot-object-detection": "google/owlvit-base-patch32",
    "depth-estimation": "Intel/dpt-large",
    "video-classification": "MCG-NJU/videomae-base-finetuned-kinetics",
    "mask-generation": "facebook/sam-vit-huge",
    "keypoint-matching": "magic-leap-community/superglue_outdoor",
    "image-text-to-text": "Qwen/Qwen3-VL-2B-Instruct",
    "any-to-any": "google/gemma-3n-E4B-it",
    "summarization": "sshleifer/distilbart-cnn-12-6",
    "question-answering": "distilbert/distilbert-base-cased-distilled-squad",
    "translation": "google-t5/t5-base",
}
