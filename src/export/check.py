"""Checks that transformers and PEFT compute from this folder what Fullrank computed when it was exported.

    pip install torch torchvision transformers peft safetensors
    python check.py [BASE_MODEL]

BASE_MODEL is a hub id or a folder; left out, the one that adapter_config.json names. Ends with code 1 when they differ.
"""
import inspect
import json
import pathlib
import sys
import warnings

import torch
import torch.nn.functional as F
import transformers
from safetensors.torch import load_file

try:
    import torch.distributed.tensor  # PEFT uses it for LoRA and does not import it, nor do older transformers
except ImportError:  # a torch without it, where PEFT leaves it alone
    pass
from peft import PeftModel

TOLERANCE = 1e-3  # of the largest logit: float32 on different devices


def load(folder, config, base):
    """The base model with the adapter, as the folder's README loads them."""
    name = config["auto_mapping"]["base_model_class"]
    model_class = getattr(transformers, name, None)
    if model_class is None:
        sys.exit(f"transformers {transformers.__version__} has no {name}; install a newer one (DINOv2 with registers came with 4.48)")
    options = {}
    if config["modules_to_save"]:  # the adapter brings a classifier of its own
        labels = json.loads((folder / "fullrank.json").read_text(encoding="utf-8"))["labels"]
        options = {"id2label": dict(enumerate(labels)), "label2id": {label: i for i, label in enumerate(labels)}, "ignore_mismatched_sizes": True}
    # The studio computes in float32; transformers 5 keeps weights in the type that they are stored in.
    model = model_class.from_pretrained(base, **options).float()
    if any(map(is_base, load_file(folder / "adapter_model.safetensors"))):  # PEFT also looks for them under each layer
        warnings.filterwarnings("ignore", "Found missing adapter keys")
    return PeftModel.from_pretrained(model, folder).eval()


def is_base(key):
    """Whether a tensor is one that all layers share, which the file has once."""
    return not key.startswith("base_model.model.")


def sized(model, call, size):
    """What `call` needs for images of `size` pixels where the model was made for another size."""
    vision = getattr(model.config, "vision_config", model.config)
    if size == vision.image_size or model.config.model_type.startswith("dinov2"):  # DINOv2 fits its positions by itself
        return {}
    if {"interpolate_pos_encoding", "kwargs"} & set(inspect.signature(call).parameters):
        return {"interpolate_pos_encoding": True}
    # CLIP before transformers 5 (before 4.46 without a classifier) knows one size only.
    embeddings = model.vision_model.embeddings
    table = embeddings.position_embedding
    table.forward = lambda _: fitted(table.weight, size // vision.patch_size)
    embeddings.image_size = size
    return {}


def fitted(table, side):
    """Positions for side x side patches out of a table for another number, as later versions of CLIP make them."""
    old = round((len(table) - 1) ** 0.5)
    grid = table[1:].reshape(1, old, old, -1).permute(0, 3, 1, 2)
    grid = F.interpolate(grid, size=(side, side), mode="bicubic", align_corners=False)
    return torch.cat([table[:1], grid[0].flatten(1).T])


def logits_of(model, probe):
    core, pixels = model.get_base_model(), probe["pixel_values"]
    with torch.no_grad():
        if "head_weight" not in probe:
            return model(pixel_values=pixels, **sized(core, core.forward, pixels.shape[-1])).logits
        # CLIP under fixed text features
        features = core.get_image_features(pixel_values=pixels, **sized(core, core.get_image_features, pixels.shape[-1]))
        features = getattr(features, "pooler_output", features)
        return features / features.norm(dim=-1, keepdim=True) @ probe["head_weight"].T


def unknown_layers(model, folder):
    """Layers of the adapter that go by names which this model does not have."""
    own = (key.removeprefix("base_model.model.") for key in load_file(folder / "adapter_model.safetensors") if not is_base(key))
    # A tensor goes by its layer's name and the method's own, with .weight behind it in some.
    layers = {key.removesuffix(".weight").rpartition(".")[0] for key in own}
    return sorted(layers - {name for name, _ in model.get_base_model().named_modules()})


def main():
    folder = pathlib.Path(__file__).resolve().parent
    config = json.loads((folder / "adapter_config.json").read_text(encoding="utf-8"))
    probe = load_file(folder / "probe.safetensors")
    model = load(folder, config, sys.argv[1] if len(sys.argv) > 1 else config["base_model_name_or_path"])
    logits, expected = logits_of(model, probe), probe["logits"]

    difference = (logits - expected).abs().max().item()
    largest = expected.abs().max().item()
    same = (logits.argmax(-1) == expected.argmax(-1)).sum().item()
    good = difference <= TOLERANCE * largest
    print(f"largest difference {difference:.1e} ({difference / largest:.1e} of the largest logit), same class on {same} of {len(expected)} images: {'as exported' if good else 'NOT as exported'}")
    unknown = [] if good else unknown_layers(model, folder)
    if unknown:
        print(f"The adapter calls a layer {unknown[0]}, a name that transformers {transformers.__version__} does not use for this model: export it again for this version.")
    return 0 if good else 1


if __name__ == "__main__":
    sys.exit(main())
