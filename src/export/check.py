"""Checks that transformers and PEFT compute from this folder what the studio computed when it was exported.

    pip install torch transformers peft safetensors
    python check.py [BASE_MODEL]

BASE_MODEL is a hub id or a folder; left out, the one that adapter_config.json names. Ends with code 1 when they differ.
"""
import json
import pathlib
import sys

import torch
import transformers
from peft import PeftModel
from safetensors.torch import load_file

TOLERANCE = 1e-3  # of the largest logit: float32 on different devices

folder = pathlib.Path(__file__).resolve().parent
config = json.loads((folder / "adapter_config.json").read_text(encoding="utf-8"))
labels = json.loads((folder / "fullrank.json").read_text(encoding="utf-8"))["labels"]
probe = load_file(folder / "probe.safetensors")
base = sys.argv[1] if len(sys.argv) > 1 else config["base_model_name_or_path"]

options = {}
if config["modules_to_save"]:  # the adapter brings a classifier of its own
    options = {"num_labels": len(labels), "id2label": dict(enumerate(labels)), "label2id": {label: i for i, label in enumerate(labels)}, "ignore_mismatched_sizes": True}
model_class = getattr(transformers, config["auto_mapping"]["base_model_class"])
model = PeftModel.from_pretrained(model_class.from_pretrained(base, **options), folder).eval()

pixels, expected = probe["pixel_values"], probe["logits"]
vision = getattr(model.config, "vision_config", model.config)
sizes = {} if pixels.shape[-1] == vision.image_size else {"interpolate_pos_encoding": True}
with torch.no_grad():
    if "head_weight" in probe:  # CLIP under fixed text features
        features = model.get_base_model().get_image_features(pixel_values=pixels, **sizes)
        features = getattr(features, "pooler_output", features)
        logits = features / features.norm(dim=-1, keepdim=True) @ probe["head_weight"].T
    else:
        logits = model(pixel_values=pixels, **sizes).logits

difference = (logits - expected).abs().max().item()
largest = expected.abs().max().item()
same = (logits.argmax(-1) == expected.argmax(-1)).sum().item()
good = difference <= TOLERANCE * largest
print(f"largest difference {difference:.1e} ({difference / largest:.1e} of the largest logit), same class on {same} of {len(expected)} images: {'as exported' if good else 'NOT as exported'}")
sys.exit(0 if good else 1)
