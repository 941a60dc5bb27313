# /// script
# requires-python = ">=3.10"
# dependencies = ["torch>=2.5,<3", "torchvision>=0.20,<1", "transformers>=4.45,<5.17", "peft>=0.18,<0.21", "accelerate>=1.1,<2", "numpy>=1.26,<3", "pillow>=10.1,<13"]
# ///
"""Continues a Fullrank run, or runs the experiments of a study, with PyTorch, transformers and PEFT: the same images in the same order, settings, and weights.

    pip install -r requirements.txt, or uv run, which reads the lines above
    python train.py [--data FOLDER] [--fresh] [--steps N] [--eval-every N] [--out FOLDER]
    python run.py --list
    python run.py EXPERIMENT|NUMBER|all [--data FOLDER] [--shard I/N]     in a study, as which it is called run.py
    accelerate launch [--num_processes N] [--mixed_precision bf16] train.py ...

Everything about a run stands in experiment.json and split.json. Without --fresh it goes on from the trained weights with
a new optimizer; with --fresh it starts over from PEFT's own start values, around the random bases that the run had. Test
accuracy is measured before and after. Where the run held validation images back, those are measured on the way, and the
weights that did best on them are the result; otherwise the last ones are. A run with early stopping ends early here, too.

An experiment of a study (experiments/METHOD/NAME) starts where Fullrank starts it, and leaves results/METHOD--NAME.json in
the shape of PEFT's method_comparison, with its curve, for `fullrank study import`. One that has a result is not run again.

SIGINT and SIGTERM end after the step that runs, with 130 and 143, and SIGUSR1 with 75, which asks for the same command once
more; a second SIGINT ends at once. A checkpoint beside what is saved is what the same command goes on from, with the same
numbers (train.py with --resume); it is written then, and every --checkpoint-every steps.
"""
import argparse
import hashlib
import inspect
import json
import math
import os
import pathlib
import platform
import random
import re
import shutil
import signal
import time

import numpy as np
import torch
import torch.nn.functional as F
import transformers
from accelerate import Accelerator, DistributedDataParallelKwargs
from PIL import Image, ImageOps
from safetensors.torch import load_file

try:
    import torch.distributed.tensor  # PEFT uses it for LoRA and does not import it, nor do older transformers
except ImportError:  # a torch without it, where PEFT leaves it alone
    pass
from peft import PeftConfig, get_peft_model, set_peft_model_state_dict

HERE = pathlib.Path(__file__).resolve().parent
FOLDER = HERE  # of the experiment that runs; what is not there is the same for all of a study, and lies beside this file

# The adapter's layers go by their names on the hub. ViT and DeiT have others in memory since transformers 5.9.
RENAMED = {
    r"encoder\.layer\.(\d+)\.attention\.attention\.(q|k|v)(?:uery|ey|alue)\b": r"layers.\1.attention.\2_proj",
    r"encoder\.layer\.(\d+)\.attention\.output\.dense\b": r"layers.\1.attention.o_proj",
    r"encoder\.layer\.(\d+)\.intermediate\.dense\b": r"layers.\1.mlp.fc1",
    r"encoder\.layer\.(\d+)\.output\.dense\b": r"layers.\1.mlp.fc2",
}


ENDS = {signal.SIGINT: 130, signal.SIGTERM: 143, **({signal.SIGUSR1: 75} if hasattr(signal, "SIGUSR1") else {})}
ENDED = []  # the signals that came, and when


def hear(number, frame):
    """Notes that the process is to end after its step. Launchers pass on what a terminal has sent already: within a second it is the same one."""
    if number == signal.SIGINT and ENDED and time.monotonic() - ENDED[0][1] > 1:
        os._exit(130)
    ENDED.append((number, time.monotonic()))


class Ended(Exception):
    """A signal ended the training; the checkpoint has what was done."""


def write_whole(path, write):
    """A file whole or not at all, whatever ends the process meanwhile."""
    path.parent.mkdir(parents=True, exist_ok=True)
    beside = path.with_name(f"{path.name}.{platform.node()}-{os.getpid()}.tmp")
    write(beside)
    os.replace(beside, path)


def states(accelerator, draw):
    """Where each process's random numbers are."""
    from accelerate.utils import gather_object

    mine = {"draw": draw.getstate(), "torch": torch.get_rng_state(), "cuda": torch.cuda.get_rng_state() if torch.cuda.is_available() else None}
    return gather_object([mine])


def ended(accelerator):
    """True where a signal has reached any of the processes."""
    if accelerator.num_processes == 1:
        return bool(ENDED)
    return accelerator.reduce(torch.tensor(float(bool(ENDED)), device=accelerator.device)).item() > 0


def find(path):
    return FOLDER / path if (FOLDER / path).exists() else HERE / path


def read(path):
    return json.loads(find(path).read_text(encoding="utf-8"))


class Images:
    """Images of a split: packed beside this file, or files of a folder."""

    def __init__(self, part, name, folder, packed):
        at = None
        if isinstance(part, list):  # of a study: places in the list of all its images
            at, name, listed = part, "images", read("images.json")
            part = {key: [listed[key][i] for i in at] for key in ("label", "name", "sha256")}
        self.labels, self.names, self.hashes = part["label"], part["name"], part["sha256"]
        self.folder = folder
        self.pixels = packed[f"{name}.pixels"].numpy() if packed else None
        if packed:
            sizes = packed[f"{name}.sizes"].tolist()  # height, width
            starts = np.concatenate([[0], np.cumsum([3 * h * w for h, w in sizes])])
            at = range(len(sizes)) if at is None else at
            self.sizes, self.starts = [sizes[i] for i in at], [starts[i] for i in at]
        self.different = 0

    def __len__(self):
        return len(self.labels)

    def __getitem__(self, i):
        if self.pixels is not None:
            height, width = self.sizes[i]
            rgb = self.pixels[self.starts[i] : self.starts[i] + 3 * height * width].reshape(height, width, 3)
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


class Classifier(torch.nn.Module):
    """Logits of a model: by its classifier, or of a CLIP by fixed features of the classes' texts."""

    def __init__(self, model, head, size):
        super().__init__()
        self.model = model
        self.register_buffer("head", head)
        self.options = sized(self.core(), self.call(), size)

    def core(self):
        """The model of transformers, into which PEFT has put its layers."""
        return self.model.get_base_model() if hasattr(self.model, "get_base_model") else self.model

    def call(self):
        return self.core().forward if self.head is None else self.core().get_image_features

    def forward(self, pixels):
        made = self.call()(pixel_values=pixels, **self.options)
        if self.head is None:
            return made.logits
        features = getattr(made, "pooler_output", made)
        return features / features.norm(dim=-1, keepdim=True) @ self.head.T


def sized(model, call, size):
    """What `call` needs for images of `size` pixels where the model was made for another size."""
    vision = getattr(model.config, "vision_config", model.config)
    if size == vision.image_size or model.config.model_type.startswith("dinov2"):  # DINOv2 fits its positions by itself
        return {}
    if {"interpolate_pos_encoding", "kwargs"} & set(inspect.signature(call).parameters):
        return {"interpolate_pos_encoding": True}
    # CLIP before transformers 5 (before 4.46 under a text head) knows one size only.
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


def load(experiment, classes, fresh):
    """The model with what is trained switched on."""
    kind, base, head = experiment["kind"], experiment["base"], experiment["head"]
    model_class = getattr(transformers, experiment["architecture"], None)
    if model_class is None:
        raise SystemExit(f"transformers {transformers.__version__} has no {experiment['architecture']}; see requirements.txt")
    source, options = (HERE / base["path"], {}) if "path" in base else (base["id"], {"revision": base["revision"]})
    if kind != "adapter" and not fresh and (FOLDER / "model").exists():
        source, options = FOLDER / "model", {}
    if head:
        options.update(id2label=dict(enumerate(classes)), label2id={name: i for i, name in enumerate(classes)}, ignore_mismatched_sizes=True)
    model = model_class.from_pretrained(source, **options).float()
    if kind == "adapter":
        return with_adapter(model, fresh)
    if (FOLDER / "head_start.safetensors").exists():
        model.load_state_dict(load_file(FOLDER / "head_start.safetensors"), strict=False)
    for name, parameter in model.named_parameters():
        text = name.startswith(("text_", "logit_scale"))  # CLIP's text tower, which has no part in the logits
        parameter.requires_grad_(name.startswith(f"{head}.") if kind == "head" else not text)
    return model


def with_adapter(model, fresh):
    """Puts the trained adapter in; `fresh` leaves PEFT's start values in all of it but the fixed random bases."""
    folder = FOLDER / "adapter" if (FOLDER / "adapter").exists() else FOLDER
    config = PeftConfig.from_pretrained(folder)
    config.inference_mode = False
    base, config.base_model_name_or_path = config.base_model_name_or_path, model.name_or_path  # else PEFT wonders
    model = get_peft_model(model, config)
    config.base_model_name_or_path = base
    tensors = load_file(folder / "adapter_model.safetensors")
    bases = {key: holder for key in tensors if (holder := fixed(model, key)) is not None}
    for key, holder in bases.items():  # shared by all layers; PEFT would draw those of some methods anew in any case
        holder["default"] = tensors[key]
    if fresh:
        return model
    if not any(".encoder." in name for name, _ in model.named_modules()):
        tensors = {rename(name): tensor for name, tensor in tensors.items()}
    unknown = set_peft_model_state_dict(model, tensors).unexpected_keys
    if unknown := [key for key in unknown if key not in bases]:
        raise SystemExit(f"{unknown[0]} is nowhere in this model: transformers {transformers.__version__} calls its layers otherwise; see requirements.txt")
    return model


def fixed(model, key):
    """Where a tensor that is shared by all layers and not trained has its place; None for any other."""
    holder = None if key.startswith("base_model.model.") else getattr(model.base_model, key.removeprefix("base_model."), None)
    return None if holder is None or holder["default"].requires_grad else holder


def rename(name):
    for old, new in RENAMED.items():
        name = re.sub(old, new, name)
    return name


def evaluate(accelerator, model, images, processor, batch, classes):
    """Top-1 accuracy, mean loss, and counts[label][prediction]; each process takes its share of the images."""
    model.eval()
    counts, loss = torch.zeros(classes * classes, device=accelerator.device), torch.zeros((), device=accelerator.device)
    mine = range(accelerator.process_index, len(images), accelerator.num_processes)
    with torch.no_grad():
        for start in range(0, len(mine), batch):
            indices = mine[start : start + batch]
            pixels = processor(images=[images[i] for i in indices], return_tensors="pt")["pixel_values"].to(accelerator.device)
            labels = torch.tensor([images.labels[i] for i in indices], device=accelerator.device)
            logits = model(pixels)
            counts += torch.bincount(labels * classes + logits.argmax(-1), minlength=classes * classes)
            loss += F.cross_entropy(logits, labels, reduction="sum")
    counts = accelerator.reduce(counts).reshape(classes, classes)
    return counts.diagonal().sum().item() / len(images), accelerator.reduce(loss).item() / len(images), [[int(n) for n in row] for row in counts.tolist()]


def evaluation(step, split, measured):
    """The same as files of runs have it."""
    accuracy, loss, confusion = measured
    per_class = [row[label] / sum(row) if sum(row) else None for label, row in enumerate(confusion)]
    return {"step": step, "split": split, "loss": loss, "accuracy": accuracy, "count": sum(map(sum, confusion)), "per_class": per_class, "confusion": confusion}


def factor(train, step, total):
    """Linear warm-up, then constant, or down to 0 along a cosine or a line (transformers' get_cosine_schedule_with_warmup and get_linear_schedule_with_warmup)."""
    warmup = math.floor(total / 10 + 0.5) if train["warmup_steps"] < 0 else min(train["warmup_steps"], total)
    if step < warmup:
        return step / warmup
    if train["schedule"] == "constant":
        return 1.0
    progress = (step - warmup) / max(1, total - warmup)
    if train["schedule"] == "linear":
        return max(0.0, 1 - progress)
    return max(0.0, 0.5 * (1 + math.cos(math.pi * progress)))


def train_one(given):
    """Trains what lies in FOLDER; what was measured."""
    experiment, split = read("experiment.json"), read("split.json")
    train, classes = experiment["train"], experiment.get("classes") or split["classes"]
    packed = load_file(HERE / "images.safetensors") if (HERE / "images.safetensors").exists() else None
    begun = time.time()
    if packed is None and given.data is None and (HERE / "images").is_dir():
        given.data = HERE / "images"
    if packed is None and given.data is None:
        raise SystemExit("the images are not packed; put them into images/ beside this file, or give their folder with --data")
    folder = given.data.resolve() if given.data else None
    sets = {name: Images(split[name], name, folder, packed) for name in ("train", "val", "test") if split[name]}

    random.seed(train["seed"])
    torch.manual_seed(train["seed"])
    # Some weights of a model have no part in its logits, and DistributedDataParallel would wait for their gradients.
    accelerator = Accelerator(kwargs_handlers=[DistributedDataParallelKwargs(find_unused_parameters=True)])
    processes = accelerator.num_processes
    if train["batch"] < processes:
        raise SystemExit(f"batches have {train['batch']} images, too few for {processes} processes")
    # The browser resizes as Pillow does; torchvision, which newer versions take by themselves, rounds otherwise.
    pillow = {"backend": "pil"} if hasattr(transformers, "ViTImageProcessorPil") else {"use_fast": False}
    processor = transformers.AutoImageProcessor.from_pretrained(find("preprocess"), **pillow)
    model = load(experiment, classes, given.fresh)
    head = load_file(HERE / "head.safetensors")["head_weight"] if (HERE / "head.safetensors").exists() else None
    classifier = Classifier(model, head, experiment["image_size"])

    trained = [(name, parameter) for name, parameter in model.named_parameters() if parameter.requires_grad]
    of_head = [p for name, p in trained if f".{experiment['head']}." in f".{name}"]
    others = [p for name, p in trained if f".{experiment['head']}." not in f".{name}"]
    lr, head_lr = experiment["lr"], experiment["head_lr"]
    optimizer = torch.optim.AdamW([{"params": others, "lr": lr}, {"params": of_head, "lr": head_lr}], betas=(0.9, 0.999), eps=1e-8, weight_decay=train["weight_decay"])
    classifier, optimizer = accelerator.prepare(classifier, optimizer)
    accelerator.print(f"{sum(p.numel() for _, p in trained):,} trainable parameters on {processes} x {accelerator.device.type}")

    def measure(name):
        return evaluate(accelerator, classifier, sets[name], processor, train["batch"], len(classes))

    curve, evaluations = [], []
    best = {"accuracy": -1.0, "step": 0, "weights": {}}
    patience, waited = train["early_stopping_patience"], {"loss": math.inf, "evaluations": 0}
    kept = given.out / "checkpoint.pt"

    def look(step):
        """Measures on the validation images, keeps the weights where they are the best so far, and counts for early stopping."""
        found = measure("val")
        measured, loss, _ = found
        evaluations.append(evaluation(step, "val", found))
        accelerator.print(f"step {step}  val accuracy {measured:.4f}")
        if measured > best["accuracy"]:
            best.update(accuracy=measured, step=step, weights={name: p.detach().cpu().clone() for name, p in trained})
        if step == 0 and head is None:
            return  # the run looked before its first step only where its model knew the classes by then
        better = waited["loss"] - loss > train["early_stopping_threshold"]
        waited.update(loss=min(waited["loss"], loss), evaluations=0 if better else waited["evaluations"] + 1)

    def keep(step):
        """Everything that the steps after this one depend on. Each process has its random numbers, the first one writes."""
        scaler = getattr(accelerator, "scaler", None)
        state = {"print": mark, "step": step, "curve": curve, "evaluations": evaluations, "best": best, "waited": waited, "random": states(accelerator, draw),
                 "weights": {name: p.detach().cpu() for name, p in trained}, "optimizer": optimizer.state_dict(), "scaler": scaler and scaler.state_dict()}
        if accelerator.is_main_process:
            write_whole(kept, lambda path: torch.save(state, path))

    def go_on():
        """Takes a checkpoint of this run up; the step after which it goes on."""
        state = torch.load(kept, map_location="cpu", weights_only=True)
        if state["print"] != mark:
            accelerator.print(f"{kept} is of other settings; beginning with the first step")
            return 0
        with torch.no_grad():
            for name, parameter in trained:
                parameter.copy_(state["weights"][name])
        optimizer.load_state_dict(state["optimizer"])
        if state["scaler"]:
            accelerator.scaler.load_state_dict(state["scaler"])
        curve.extend(state["curve"])
        evaluations.extend(state["evaluations"])
        best.update(state["best"])
        waited.update(state["waited"])
        if len(state["random"]) == processes:
            mine = state["random"][accelerator.process_index]
            version, numbers, gauss = mine["draw"]
            draw.setstate((version, tuple(numbers), gauss))
            torch.set_rng_state(mine["torch"])
            if mine["cuda"] is not None and torch.cuda.is_available():
                torch.cuda.set_rng_state(mine["cuda"])
        accelerator.print(f"goes on after step {state['step']}, from {kept}")
        return state["step"]

    known = experiment["test_accuracy"]
    accelerator.print(f"before: test accuracy {measure('test')[0]:.4f}" + (f"; the browser measured {known}" if known is not None else ""))
    batches, micro = split["batches"], train["accumulate"]
    total = len(batches) // micro if given.steps is None else given.steps
    every = experiment["eval_every"] if given.eval_every is None else given.eval_every
    weights = torch.tensor(experiment["class_weights"] or [1.0] * len(classes), device=accelerator.device)
    # Each process draws on its own, from the second one on by another seed.
    draw = random.Random(train["seed"] + accelerator.process_index)
    if accelerator.process_index > 0:
        torch.manual_seed(train["seed"] + accelerator.process_index)
    mark = json.dumps([experiment.get("hash", experiment["name"]), total, every, given.fresh, experiment["train"], experiment["method"]], sort_keys=True)
    first = go_on() if given.resume and kept.exists() else 0
    if first == 0 and "val" in sets and experiment.get("knows", head is not None or not given.fresh):
        look(0)  # what it goes on from may stay the best
    if torch.cuda.is_available():
        torch.cuda.reset_peak_memory_stats()
    over = 0 < patience <= waited["evaluations"]
    for step in range(first, first if over else total):
        start = time.perf_counter()
        classifier.train()
        for group, peak in zip(optimizer.param_groups, (lr, head_lr)):
            group["lr"] = peak * factor(train, step, total)
        loss_sum, right = torch.zeros((), device=accelerator.device), torch.zeros((), device=accelerator.device)
        together = [batches[(step * micro + k) % len(batches)] for k in range(micro)]
        # The mean is over all images of the step, each by the weight of its class.
        weight_sum = sum(weights[sets["train"].labels[i]].item() for indices in together for i in indices) or 1.0
        for indices in together:
            mine = indices[accelerator.process_index :: processes]
            images = [augment(sets["train"][i], train, draw) for i in mine]
            pixels = processor(images=images, return_tensors="pt")["pixel_values"].to(accelerator.device)
            labels = torch.tensor([sets["train"].labels[i] for i in mine], device=accelerator.device)
            logits = classifier(pixels)
            right += (logits.argmax(-1) == labels).sum()
            loss = F.cross_entropy(logits, labels, weight=weights, label_smoothing=train["label_smoothing"], reduction="sum")
            loss = loss * (processes / weight_sum)  # gradients are averaged over processes
            accelerator.backward(loss)
            loss_sum += loss.detach()
        norm = accelerator.clip_grad_norm_([p for _, p in trained], train["max_grad_norm"] or math.inf)
        optimizer.step()
        optimizer.zero_grad(set_to_none=True)
        loss = accelerator.reduce(loss_sum, "mean").item()
        accuracy = accelerator.reduce(right).item() / sum(map(len, together))
        curve.append({"step": step + 1, "loss": loss, "accuracy": accuracy, "lr": lr * factor(train, step, total), "grad_norm": float(norm), "ms": 1000 * (time.perf_counter() - start)})
        accelerator.print(f"step {step + 1}/{total}  loss {loss:.4f}")
        if "val" in sets and (step + 1 == total or (every > 0 and (step + 1) % every == 0)):
            look(step + 1)
            if 0 < patience <= waited["evaluations"] and step + 1 < total:
                accelerator.print(f"stopped early after step {step + 1} of {total}: the validation loss has not improved for {waited['evaluations']} evaluations")
                break
        stops = ended(accelerator)
        if stops or (given.checkpoint_every and (step + 1) % given.checkpoint_every == 0 and step + 1 < total):
            keep(step + 1)
        if stops:
            raise Ended(f"ended after step {step + 1} of {total}; the checkpoint in {given.out} is kept, and the same command{'' if FOLDER != HERE else ' with --resume'} goes on from it")

    if best["weights"]:
        with torch.no_grad():
            for name, parameter in trained:
                parameter.copy_(best["weights"][name])
        accelerator.print(f"kept: the weights of step {best['step']}, best on the validation images")
    elif total:
        accelerator.print("kept: the last weights, since no images were held back to choose by")
    final = evaluation(best["step"] if best["weights"] else len(curve), "test", measure("test"))
    accelerator.print(f"after: test accuracy {final['accuracy']:.4f}")
    different = accelerator.reduce(torch.tensor(sum(images.different for images in sets.values()), device=accelerator.device)).item()
    if different:
        accelerator.print(f"{different} times an image was read whose pixels are not those of the run: other files, or JPEGs decoded by another library")
    problem = None
    if accelerator.is_main_process and total:
        try:
            given.out.mkdir(parents=True, exist_ok=True)
            model.save_pretrained(given.out)
            processor.save_pretrained(given.out)
            # The classes' names and the image size, which PEFT's files have no place for: with them Fullrank takes the result back.
            beside = FOLDER / ("adapter" if experiment["kind"] == "adapter" else "model")
            shutil.copy((beside if beside.exists() else FOLDER) / "fullrank.json", given.out)
            kept.unlink(missing_ok=True)
            accelerator.print(f"saved in {given.out}")
        except Exception as error:  # what was measured is not lost with it
            if "hash" not in experiment:
                raise
            problem = f"what was trained could not be saved in {given.out}: {type(error).__name__}: {error}"
            accelerator.print(problem)
    size = sum(path.stat().st_size for path in given.out.glob("*.safetensors")) if given.out.exists() else 0
    numbers = {"trained": sum(p.numel() for _, p in trained), "all": sum(p.numel() for p in model.parameters()), "size": size, "model": type(model).__name__}
    return {"problem": problem, "begun": begun, "curve": curve, "evaluations": [*evaluations, final], "final": final, "best": best, "numbers": numbers, "main": accelerator.is_main_process, "device": accelerator.device.type}


def result(name, experiment, found, error):
    """What PEFT's method_comparison reads of an experiment, and the run as Fullrank keeps it."""
    curve, final, device = found.get("curve", []), found.get("final"), found.get("device", "cpu")
    cuda = device == "cuda"
    peak, reserved = (torch.cuda.max_memory_allocated(), torch.cuda.max_memory_reserved()) if cuda else (0, 0)
    # The first steps compile kernels and fill caches: of times that are compared the median step is the measure.
    seconds = float(np.median([point["ms"] for point in curve])) * len(curve) / 1000 if curve else 0.0
    spec, numbers = experiment["run"]["spec"], found.get("numbers", {})
    per_step = experiment["train"]["batch"] * experiment["train"]["accumulate"]
    status = "failed" if error or not final else "success"
    described = torch.cuda.get_device_name() if cuda else platform.processor() or platform.machine()
    mean = [point["loss"] for point in curve[-10:]]
    metrics = [
        {"step": point["step"], "valid accuracy": point["accuracy"], "train loss": curve[point["step"] - 1]["loss"] if point["step"] else None, "train samples": point["step"] * per_step, "mem allocated avg": peak, "mem reserved avg": reserved}
        for point in found.get("evaluations", []) if point["split"] == "val"
    ]
    if final:
        metrics.append({"step": len(curve), "test accuracy": final["accuracy"], "test loss": final["loss"], "train loss": sum(mean) / max(1, len(mean)), "train samples": len(curve) * per_step, "train total tokens": 0, "forgetting": None})
    best = next((point for point in found.get("evaluations", []) if point["split"] == "val" and point["step"] == found["best"]["step"]), None) if found else None
    about = {"ok": True, "problem": "", "message": "", "vendor": "PyTorch", "architecture": device, "description": described, "software": not cuda, "features": [], "matrices": [], "limits": {}}
    plan = {**experiment["run"]["plan"], "bytes": {"allocated": peak}, "total_bytes": peak}
    summary = final and {"best": best, "final": final, "steps": len(curve), "seconds": seconds, "images_per_second": len(curve) * per_step / max(seconds, 1e-9), "skipped_steps": 0, "plan": plan, "allocated": {"allocated": peak}, "device": about}
    now = time.time()
    failure = {"error": {"kind": "internal", "message": error, "kept": "", "details": ""}} if error else {}
    notes = {"notes": found["problem"]} if found.get("problem") else {}
    run = {**experiment["run"], **failure, **notes, "curve": curve, "evaluations": found.get("evaluations", []), "summary": summary, "state": "failed" if error else "done", "created": round(1000 * found.get("begun", now)), "ended": round(1000 * now), "seconds": seconds, "adapter_bytes": numbers.get("size", 0)}
    import peft

    versions = {"transformers": transformers.__version__, "peft": peft.__version__, "datasets": None, "bitsandbytes": None, "torch": torch.__version__}
    config = json.loads((FOLDER / "adapter_config.json").read_text(encoding="utf-8")) if (FOLDER / "adapter_config.json").exists() else None
    return {
        "run_info": {"created_at": time.strftime("%Y-%m-%dT%H:%M:%S+00:00", time.gmtime(found.get("begun", now))), "total_time": now - found.get("begun", now), "experiment_name": name, "peft_branch": "main", "train_config": {"model_id": spec["model"], "dataset": spec["data"], **experiment["train"]}, "peft_config": config, "error_msg": error or ""},
        "train_info": {"accelerator_memory_reserved_avg": reserved, "accelerator_memory_max": peak, "accelerator_memory_reserved_99th": reserved, "train_time": seconds, "file_size": numbers.get("size", 0), "num_trainable_params": numbers.get("trained", 0), "num_total_params": numbers.get("all"), "status": status, "metrics": metrics},
        "meta_info": {
            "model_info": {"sha": experiment["base"].get("revision"), "created_at": None},
            "dataset_info": {spec["data"]: {"sha": None, "created_at": None}},
            "package_info": {key: value for library, version in versions.items() for key, value in ((f"{library}-version", version), (f"{library}-commit-hash", None))},
            "system_info": {"system": platform.system(), "release": platform.release(), "version": platform.version(), "machine": platform.machine(), "processor": platform.processor(), "accelerator": described if cuda else ""},
            "pytorch_info": torch.__config__.show(),
        },
        "fullrank": {"version": 1, "hash": experiment["hash"], "run": run},
    }


def result_of(name):
    """The result of an experiment, of whatever kind; None without one, or where it was cut short."""
    path = HERE / "results" / f"{name.replace('/', '--')}.json"
    if not path.exists():
        return None
    try:
        return json.loads(path.read_text(encoding="utf-8"))
    except ValueError:
        print(f"{path} is cut short or damaged, and counts as no result")
        return None


def state_of(name):
    """The same in words: done, failed and why, how far its checkpoint is, or nothing."""
    found = result_of(name)
    if found:
        return "  (done)" if found["train_info"]["status"] == "success" else f"  (failed: {found['run_info']['error_msg']})"
    return "  (begun)" if (HERE / "adapters" / name / "checkpoint.pt").exists() else ""


def study(given, parser):
    """Runs the experiments that are asked for and have no result yet."""
    global FOLDER
    names = read("study.json")["python"]
    if given.list:
        for number, name in enumerate(names):
            print(f"{number}  {name}{state_of(name)}")
        return
    wanted = given.experiment or os.environ.get("SLURM_ARRAY_TASK_ID")
    if wanted is None:
        parser.error("say which experiment: its name, its number (--list), or all")
    if wanted != "all":
        if wanted.isdigit() and int(wanted) < len(names):
            wanted = names[int(wanted)]
        if wanted not in names:
            parser.error(f"there is no experiment {wanted}; --list says which there are")
        names = [wanted]
    if given.shard:
        part, of = map(int, given.shard.groups())
        names = names[part - 1 :: of]
    failed, every = 0, given.checkpoint_every
    for name in names:
        FOLDER = HERE / "experiments" / name
        path = HERE / "results" / f"{name.replace('/', '--')}.json"
        before = result_of(name)
        if before and before["train_info"]["status"] == "success":
            print(f"{name}: already there")
            continue
        given.out, found, error = HERE / "adapters" / name, {}, None
        given.resume = True
        given.checkpoint_every = read("experiment.json")["train"].get("checkpoint_every", 0) if every is None else every
        try:
            found = train_one(given)
        except Ended:
            raise
        except Exception as problem:  # the others go on; the result says what went wrong
            error, failed = f"{type(problem).__name__}: {problem}", failed + 1
            print(f"{name}: {error}")
        if found.get("main", True):
            text = json.dumps(result(name, read("experiment.json"), found, error), indent=2)
            write_whole(path, lambda beside: beside.write_text(text, encoding="utf-8"))
        if ENDED:
            raise Ended(f"ended; {name} has come to its end")
    if failed:
        raise SystemExit(f"{failed} of {len(names)} experiments failed")


def shard(text, parser):
    found = re.fullmatch(r"(\d+)/(\d+)", text)
    if not found or not 1 <= int(found[1]) <= int(found[2]):
        parser.error(f"--shard is {text!r}; write 1/4 for the first of four parts, up to 4/4")
    return found


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("experiment", nargs="?", help="in a study: name or number of an experiment, or all; by default $SLURM_ARRAY_TASK_ID")
    parser.add_argument("--list", action="store_true", help="in a study: say which experiments there are")
    parser.add_argument("--data", type=pathlib.Path, help="folder with the images, where they are not packed in images.safetensors")
    parser.add_argument("--shard", type=lambda text: shard(text, parser), help="in a study, with all: part I/N of the experiments alone, from 1")
    parser.add_argument("--resume", action="store_true", help="go on from the checkpoint in --out, where there is one; in a study it does so by itself")
    parser.add_argument("--checkpoint-every", type=int, help="steps between checkpoints; as the run has it when left out, 0 for none")
    parser.add_argument("--fresh", action="store_true", help="start over instead of going on from the trained weights")
    parser.add_argument("--steps", type=int, help="optimizer steps; as many as the run had when left out; 0 only measures")
    parser.add_argument("--eval-every", type=int, help="steps between measurements on the validation images; the run's own when left out, 0 only at the end")
    parser.add_argument("--out", type=pathlib.Path, default=pathlib.Path("trained"), help="where the result is saved")
    given = parser.parse_args()
    for number in ENDS:
        signal.signal(number, hear)
    try:
        if (HERE / "study.json").exists():
            study(given, parser)
        else:
            train_one(given)
    except Ended as end:
        print(end, flush=True)
        raise SystemExit(ENDS[ENDED[0][0]] if ENDED else 143) from None


if __name__ == "__main__":
    main()
