"""Continues a Fullrank run with PyTorch, transformers and PEFT: the same images in the same order, settings, and weights.

    pip install -r requirements.txt
    python train.py [--data FOLDER] [--fresh] [--steps N] [--out FOLDER]

Everything about the run stands in experiment.json and split.json. Without --fresh it goes on from the trained weights with
a new optimizer; with --fresh it starts over from PEFT's own start values. Accuracy is measured before and after.
"""
import argparse
import hashlib
import json
import math
import pathlib
import random

import numpy as np
import torch
import torch.nn.functional as F
import transformers
from PIL import Image, ImageOps
from safetensors.torch import load_file

HERE = pathlib.Path(__file__).resolve().parent


def read(path):
    return json.loads((HERE / path).read_text(encoding="utf-8"))


class Images:
    """Images of a split: packed beside this file, or files of a folder."""

    def __init__(self, part, name, folder, packed):
        self.labels, self.names, self.hashes = part["label"], part["name"], part["sha256"]
        self.folder = folder
        self.pixels = packed[f"{name}.pixels"].numpy() if packed else None
        self.sizes = packed[f"{name}.sizes"].tolist() if packed else None  # height, width
        if packed:
            self.starts = np.concatenate([[0], np.cumsum([3 * h * w for h, w in self.sizes])])
        self.different = 0

    def __len__(self):
        return len(self.labels)

    def __getitem__(self, i):
        if self.pixels is not None:
            height, width = self.sizes[i]
            rgb = self.pixels[self.starts[i] : self.starts[i + 1]].reshape(height, width, 3)
        else:
            path = (self.folder / self.names[i]).resolve()
            if not path.is_relative_to(self.folder):
                raise SystemExit(f"{self.names[i]!r} lies outside of --data")
            rgb = np.asarray(ImageOps.exif_transpose(Image.open(path)).convert("RGB"))
        if hashlib.sha256(rgb.tobytes()).hexdigest() != self.hashes[i]:
            self.different += 1  # another file, or a JPEG decoder that rounds otherwise
        return Image.fromarray(rgb)


def augment(image, train, draw):
    """Random resized crop of half to all of the area, and a flip; the draws are not those of the browser."""
    if train["crop"]:
        width, height = image.size
        for _ in range(10):
            area = width * height * draw.uniform(0.5, 1)
            ratio = math.exp(draw.uniform(math.log(3 / 4), math.log(4 / 3)))
            w, h = round(math.sqrt(area * ratio)), round(math.sqrt(area / ratio))
            if 1 <= w <= width and 1 <= h <= height:
                left, top = draw.randint(0, width - w), draw.randint(0, height - h)
                image = image.crop((left, top, left + w, top + h)).resize((width, height), Image.Resampling.BICUBIC)
                break
    return ImageOps.mirror(image) if train["flip"] and draw.random() < 0.5 else image


def load(experiment, classes, fresh):
    """The model with what is trained switched on, and the fixed text features of a CLIP that has no classifier."""
    kind, base = experiment["kind"], experiment["base"]
    source = str(HERE / base["path"]) if "path" in base else base["id"]
    own = {} if "path" in base else {"revision": base["revision"]}
    labels = {"num_labels": len(classes), "id2label": dict(enumerate(classes)), "label2id": {name: i for i, name in enumerate(classes)}, "ignore_mismatched_sizes": True}
    head = None
    if kind == "adapter":
        from peft import PeftConfig, PeftModel, get_peft_model

        folder = HERE / "adapter"
        config = PeftConfig.from_pretrained(folder)
        model_class = getattr(transformers, config.auto_mapping["base_model_class"])
        model = model_class.from_pretrained(source, **own, **(labels if config.modules_to_save else {}))
        if fresh:
            config.inference_mode = False
            model = get_peft_model(model, config)
        else:
            model = PeftModel.from_pretrained(model, folder, is_trainable=True)
        head = load_file(folder / "probe.safetensors").get("head_weight")
    else:
        model = transformers.AutoModelForImageClassification.from_pretrained(source if fresh else HERE / "model", **(own if fresh else {}), **labels)
        for name, parameter in model.named_parameters():
            parameter.requires_grad_(kind == "full" or name.startswith("classifier"))
    return model.float(), head


def logits_of(model, head, pixels):
    core = model.get_base_model() if hasattr(model, "get_base_model") else model
    vision = getattr(core.config, "vision_config", core.config)
    sizes = {} if pixels.shape[-1] == vision.image_size else {"interpolate_pos_encoding": True}
    if head is None:
        return model(pixel_values=pixels, **sizes).logits
    features = core.get_image_features(pixel_values=pixels, **sizes)
    features = getattr(features, "pooler_output", features)
    return features / features.norm(dim=-1, keepdim=True) @ head.T


def evaluate(model, head, images, processor, device, batch):
    model.eval()
    right = 0
    with torch.no_grad():
        for start in range(0, len(images), batch):
            indices = range(start, min(start + batch, len(images)))
            pixels = processor(images=[images[i] for i in indices], return_tensors="pt")["pixel_values"].to(device)
            labels = torch.tensor([images.labels[i] for i in indices], device=device)
            right += (logits_of(model, head, pixels).argmax(-1) == labels).sum().item()
    return right / len(images)


def factor(train, step, total):
    """Linear warm-up, then constant or cosine down to 0 (transformers' get_cosine_schedule_with_warmup)."""
    warmup = math.floor(total / 10 + 0.5) if train["warmup_steps"] < 0 else min(train["warmup_steps"], total)
    if step < warmup:
        return step / warmup
    if train["schedule"] == "constant":
        return 1.0
    return max(0.0, 0.5 * (1 + math.cos(math.pi * (step - warmup) / max(1, total - warmup))))


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--data", type=pathlib.Path, help="folder with the images, where they are not packed in images.safetensors")
    parser.add_argument("--fresh", action="store_true", help="start over instead of going on from the trained weights")
    parser.add_argument("--steps", type=int, help="optimizer steps; as many as the run had when left out")
    parser.add_argument("--out", type=pathlib.Path, default=pathlib.Path("trained"), help="where the result is saved")
    given = parser.parse_args()

    experiment, split = read("experiment.json"), read("split.json")
    train, classes = experiment["train"], split["classes"]
    packed = load_file(HERE / "images.safetensors") if (HERE / "images.safetensors").exists() else None
    if packed is None and given.data is None:
        parser.error("the images are not packed; give their folder with --data")
    folder = given.data.resolve() if given.data else None
    sets = {name: Images(split[name], name, folder, packed) for name in ("train", "val", "test") if split[name]}

    random.seed(train["seed"])
    torch.manual_seed(train["seed"])
    device = "cuda" if torch.cuda.is_available() else "cpu"
    processor = transformers.AutoImageProcessor.from_pretrained(HERE / "preprocess", use_fast=False)
    model, head = load(experiment, classes, given.fresh)
    model.to(device)
    head = head.to(device) if head is not None else None

    trained = [(name, parameter) for name, parameter in model.named_parameters() if parameter.requires_grad]
    of_head = [p for name, p in trained if "classifier" in name]
    others = [p for name, p in trained if "classifier" not in name]
    lr, head_lr = experiment["lr"], experiment["head_lr"]
    optimizer = torch.optim.AdamW([{"params": others, "lr": lr}, {"params": of_head, "lr": head_lr}], betas=(0.9, 0.999), eps=1e-8, weight_decay=train["weight_decay"])
    print(f"{sum(p.numel() for _, p in trained):,} trainable parameters on {device}")
    print(f"before: test accuracy {evaluate(model, head, sets['test'], processor, device, train['batch']):.4f}; the browser measured {experiment['test_accuracy']}")

    batches, micro = split["batches"], train["accumulate"]
    total = given.steps or len(batches) // micro
    draw = random.Random(train["seed"])
    for step in range(total):
        model.train()
        for group, peak in zip(optimizer.param_groups, (lr, head_lr)):
            group["lr"] = peak * factor(train, step, total)
        loss_sum = 0.0
        for k in range(micro):
            indices = batches[(step * micro + k) % len(batches)]
            images = [augment(sets["train"][i], train, draw) for i in indices]
            pixels = processor(images=images, return_tensors="pt")["pixel_values"].to(device)
            labels = torch.tensor([sets["train"].labels[i] for i in indices], device=device)
            loss = F.cross_entropy(logits_of(model, head, pixels), labels, label_smoothing=train["label_smoothing"]) / micro
            loss.backward()
            loss_sum += loss.item()
        if train["max_grad_norm"] > 0:
            torch.nn.utils.clip_grad_norm_([p for _, p in trained], train["max_grad_norm"])
        optimizer.step()
        optimizer.zero_grad(set_to_none=True)
        print(f"step {step + 1}/{total}  loss {loss_sum:.4f}")

    for name in ("val", "test"):
        if name in sets:
            print(f"after: {name} accuracy {evaluate(model, head, sets[name], processor, device, train['batch']):.4f}")
    different = sum(images.different for images in sets.values())
    if different:
        print(f"{different} times an image was read whose pixels are not those of the run: other files, or JPEGs decoded by another library")
    model.save_pretrained(given.out)
    processor.save_pretrained(given.out)
    print(f"saved in {given.out}")


if __name__ == "__main__":
    main()
