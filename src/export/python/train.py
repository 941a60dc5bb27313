# /// script
# requires-python = ">=3.10"
# dependencies = ["torch>=2.5,<3", "torchvision>=0.20,<1", "transformers>=4.45,<5.17", "peft>=0.18,<0.21", "accelerate>=1.1,<2", "numpy>=1.26,<3", "pillow>=10.1,<13"]
# ///
"""Continues a Fullrank run, or runs the experiments of a study, with PyTorch, transformers and PEFT: the same images, or texts, in the same order, settings, and weights.

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


def pillow():
    """Settings with which transformers of any version resizes as Pillow does, and as the browser did."""
    return {"backend": "pil"} if hasattr(transformers, "ViTImageProcessorPil") else {"use_fast": False}


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


class Pictures:
    """Images and their classes: batches of them, the loss of a model's logits, and how good these are."""

    learns, text, choices = "classes", False, {}

    def __init__(self, experiment, split, given):
        packed = load_file(HERE / "images.safetensors") if (HERE / "images.safetensors").exists() else None
        if packed is None and given.data is None and (HERE / "images").is_dir():
            given.data = HERE / "images"
        if packed is None and given.data is None:
            raise SystemExit("the images are not packed; put them into images/ beside this file, or give their folder with --data")
        folder = given.data.resolve() if given.data else None
        self.sets = {name: Images(split[name], name, folder, packed) for name in ("train", "val", "test") if split[name]}
        self.classes = len(experiment["classes"] if "classes" in experiment else split["classes"])
        self.processor = transformers.AutoImageProcessor.from_pretrained(find("preprocess"), **pillow())

    def batch(self, images, indices, device, change=lambda image: image):
        """What the model is called with, and the labels."""
        pixels = self.processor(images=[change(images[i]) for i in indices], return_tensors="pt")["pixel_values"]
        return pixels.to(device), torch.tensor([images.labels[i] for i in indices], device=device)

    def flat(self, logits, labels):
        """Those that count, one a row."""
        return logits, labels

    def counts(self, images, indices, weights):
        """What the sum of the losses of such a batch is divided by: its images, each by the weight of its class."""
        return sum(1.0 if weights is None else weights[images.labels[i]].item() for i in indices)

    def loss(self, logits, labels, smoothing=0.0, weights=None):
        """Sum of the losses, how many are right, and of how many."""
        logits, labels = self.flat(logits, labels)
        if self.learns == "numbers":
            return ((logits - labels) ** 2).mean(-1).sum(), torch.zeros((), device=labels.device), len(labels)
        if not len(labels):
            return logits.sum() * 0, torch.zeros((), device=labels.device), 0
        loss = F.cross_entropy(logits, labels, weight=weights, label_smoothing=smoothing, reduction="sum")
        return loss, (logits.argmax(-1) == labels).sum(), len(labels)

    def scores(self, found):
        """Others than accuracy, by the names that Fullrank has for them."""
        return {}

    def rank(self, found):
        """By what the best weights are chosen: the larger the better."""
        return found["accuracy"]

    def said(self, found):
        return f"accuracy {found['accuracy']:.4f}"

    def save(self, out):
        self.processor.save_pretrained(out)

    def odd(self):
        """How often something was read that is not the run's, which is then said."""
        return sum(images.different for images in self.sets.values())


IGNORED = -100  # a label that does not count


class Words:
    """Texts of a split as tokens, by their places in the list of all."""

    def __init__(self, places, rows):
        self.rows = [rows[place] for place in places]

    def __len__(self):
        return len(self.rows)

    def __getitem__(self, i):
        return self.rows[i]


class Texts(Pictures):
    """Texts and their classes or numbers, classes of their words, or the tokens that are to be said."""

    text = True

    def __init__(self, experiment, split, given):
        facts, packed = experiment["text"], load_file(HERE / "texts.safetensors")
        self.learns, self.shift, self.pad, self.classes = facts["learns"], facts["shift"], facts["pad"], len(experiment["classes"])
        self.by_tokens = self.learns in ("words", "vocabulary")
        lengths = packed["lengths"].tolist()
        ids = packed["ids"].long().split(lengths)
        types = packed["types"].long().split(lengths) if "types" in packed else [None] * len(ids)
        labels = packed["labels"] if self.learns == "numbers" else packed["labels"].long()
        labels = labels.split(lengths if self.by_tokens else len(labels) // len(ids))
        rows = list(zip(ids, types, labels))
        self.sets = {name: Words(split[name], rows) for name in ("train", "val", "test") if split[name]}
        self.choices = split.get("choices", {})
        self.rows = Words(range(len(rows)), rows)

    def batch(self, texts, indices, device, change=None):
        rows = [texts[i] for i in indices]
        fill = lambda parts, value: torch.nn.utils.rnn.pad_sequence(parts, batch_first=True, padding_value=value).to(device)
        inputs = {"input_ids": fill([ids for ids, _, _ in rows], self.pad), "attention_mask": fill([torch.ones_like(ids) for ids, _, _ in rows], 0)}
        if rows and rows[0][1] is not None:
            inputs["token_type_ids"] = fill([types for _, types, _ in rows], 0)
        labels = [label for _, _, label in rows]
        if self.by_tokens:
            return inputs, fill(labels, IGNORED)
        return inputs, (torch.stack(labels) if self.learns == "numbers" else torch.cat(labels)).to(device)

    def counted(self, labels):
        """Which labels of tokens count."""
        return labels[..., self.shift :] != IGNORED

    def flat(self, logits, labels):
        if not self.by_tokens:
            return logits, labels
        keep = self.counted(labels)
        return logits[:, : logits.shape[1] - self.shift][keep], labels[:, self.shift :][keep]

    def counts(self, texts, indices, weights):
        rows = [texts[i][2] for i in indices]
        if self.by_tokens:
            return sum(self.counted(labels).sum().item() for labels in rows)
        return float(len(rows)) if weights is None else sum(weights[labels].sum().item() for labels in rows)

    def scores(self, found):
        if self.learns == "vocabulary":
            return {"perplexity": math.exp(min(found["loss"], 700)), **found["choices"]}
        if self.learns == "numbers":
            told, true = np.array(found["numbers"], dtype=np.float64).T
            return {"pearson": correlation(told, true), "spearman": correlation(ranks(told), ranks(true))}
        if self.learns == "words":
            return {}
        confusion = np.array(found["confusion"], dtype=np.float64)
        labelled, predicted, right = confusion.sum(1), confusion.sum(0), confusion.trace()
        total = confusion.sum()
        spread = math.sqrt((total**2 - predicted @ predicted) * (total**2 - labelled @ labelled))
        f1 = {"f1": 2 * confusion[1, 1] / (labelled[1] + predicted[1]) if confusion[1, 1] else 0.0} if len(confusion) == 2 else {}
        return {**f1, "matthews": (right * total - labelled @ predicted) / spread if spread else 0.0}

    def rank(self, found):
        return found["scores"]["pearson"] if self.learns == "numbers" else -found["loss"] if self.learns == "vocabulary" else found["accuracy"]

    def said(self, found):
        name = {"numbers": "pearson", "vocabulary": "perplexity"}.get(self.learns)
        return super().said(found) if name is None else f"{name} {found['scores'][name]:.4f}"

    def save(self, out):
        for path in (HERE / "base").glob("*"):  # how texts become tokens, of a base model that lies here
            if re.fullmatch(r"(tokenizer|tokenizer_config|special_tokens_map|added_tokens|vocab)\.json|merges\.txt|vocab\.txt|chat_template\.jinja", path.name):
                shutil.copy(path, out)

    def odd(self):
        return 0


def correlation(x, y):
    """Pearson's; 0 where either never changes."""
    x, y = x - x.mean(), y - y.mean()
    spread = math.sqrt((x @ x) * (y @ y))
    return float(x @ y) / spread if spread else 0.0


def ranks(values):
    """Ranks, of which equal numbers share the mean."""
    _, places, counts = np.unique(values, return_inverse=True, return_counts=True)
    return (np.cumsum(counts) - (counts - 1) / 2)[places]


class Reader(torch.nn.Module):
    """Logits of a model of texts."""

    def __init__(self, model):
        super().__init__()
        self.model = model

    def forward(self, inputs):
        core = self.model.get_base_model() if hasattr(self.model, "get_base_model") else self.model
        return core(**inputs).logits


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
    model = without_dropout(model_class, source, options, experiment["text"]["pad"]) if "text" in experiment else model_class.from_pretrained(source, **options)
    model = model.float()
    if kind == "adapter":
        return with_adapter(model, fresh)
    if (FOLDER / "head_start.safetensors").exists():
        model.load_state_dict(load_file(FOLDER / "head_start.safetensors"), strict=False)
    for name, parameter in model.named_parameters():
        text = name.startswith(("text_", "logit_scale"))  # CLIP's text tower, which has no part in the logits
        parameter.requires_grad_(name.startswith(f"{head}.") if kind == "head" else not text)
    return model


def without_dropout(model_class, source, options, pad):
    """A model of texts that drops nothing of its own, as in Fullrank; its config still says what it said."""
    ours = {name: options.pop(name) for name in ("id2label", "label2id") if name in options}
    where = {name: options[name] for name in ("revision",) if name in options}
    config = transformers.AutoConfig.from_pretrained(source, **where, **ours)
    drops = {name: value for name, value in config.to_dict().items() if re.search("drop", name) and isinstance(value, float)}
    for name in drops:
        setattr(config, name, 0.0)
    model = model_class.from_pretrained(source, config=config, **options)
    for name, value in drops.items():
        setattr(model.config, name, value)
    if getattr(model.config, "pad_token_id", None) is None:
        model.config.pad_token_id = pad  # by which a decoder that classifies finds the end of a text
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


def evaluate(accelerator, model, task, name, batch):
    """Accuracy, mean loss, counts[label][prediction] where there are classes, and other scores; each process takes its share."""
    from accelerate.utils import gather_object

    model.eval()
    images, classes, device = task.sets[name], task.classes, accelerator.device
    counts, sums, numbers = torch.zeros(classes * classes, device=device), torch.zeros(3, device=device), []
    mine = range(accelerator.process_index, len(images), accelerator.num_processes)
    with torch.no_grad():
        for start in range(0, len(mine), batch):
            inputs, labels = task.batch(images, mine[start : start + batch], device)
            logits = model(inputs)
            sums += torch.stack([torch.as_tensor(float(part)) for part in task.loss(logits, labels)]).to(device)
            logits, labels = task.flat(logits, labels)
            if task.learns in ("classes", "words"):
                counts += torch.bincount(labels * classes + logits.argmax(-1), minlength=classes * classes)
            elif task.learns == "numbers":
                numbers += torch.stack([logits[:, 0], labels[:, 0]], 1).tolist()
    loss, right, counted = accelerator.reduce(sums).tolist()
    confusion = accelerator.reduce(counts).reshape(classes, classes).tolist() if task.learns in ("classes", "words") else []
    found = {"accuracy": right / max(1, counted), "loss": loss / max(1, counted), "count": len(images), "confusion": [[int(n) for n in row] for row in confusion]}
    found["numbers"] = gather_object(numbers) if task.learns == "numbers" else []
    found["choices"] = choose(accelerator, model, task, task.choices[name], batch) if name in task.choices else {}
    return {**found, "scores": task.scores(found)}


def choose(accelerator, model, task, choices, batch):
    """Share of texts whose likeliest choice is the right one, by the sum over its tokens but the end of the text, and by the sum per letter (acc and acc_norm of lm-evaluation-harness)."""
    asked = [choice for choice in choices if choice and choice["whole"]]
    right = torch.zeros(2, device=accelerator.device)
    with torch.no_grad():
        for choice in asked[accelerator.process_index :: accelerator.num_processes]:
            sums = []
            for start in range(0, len(choice["places"]), batch):
                inputs, labels = task.batch(task.rows, choice["places"][start : start + batch], accelerator.device)
                logits, labels = model(inputs)[:, :-1], labels[:, 1:]
                said = -F.cross_entropy(logits.transpose(1, 2), labels, ignore_index=IGNORED, reduction="none")
                for row, keep in zip(said, labels != IGNORED):
                    sums.append(row[keep][:-1].sum().item())
            by_letter = [value / letters for value, letters in zip(sums, choice["letters"])]
            right += torch.tensor([float(of.index(max(of)) == choice["right"]) for of in (sums, by_letter)], device=accelerator.device)
    shares = [count / max(1, len(asked)) for count in accelerator.reduce(right).tolist()]
    return dict(zip(("choice_accuracy", "choice_accuracy_norm"), shares)) if asked else {}


def evaluation(step, split, found, texts):
    """The same as files of runs have it."""
    confusion = found["confusion"]
    per_class = [row[label] / sum(row) if sum(row) else None for label, row in enumerate(confusion)]
    return {"step": step, "split": split, "loss": found["loss"], "accuracy": found["accuracy"], "count": found["count"], "per_class": per_class, "confusion": confusion, **({"scores": found["scores"]} if texts and found["scores"] else {})}


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
    train, classes = experiment["train"], experiment.get("classes", split.get("classes"))
    begun = time.time()
    task = (Texts if "text" in experiment else Pictures)(experiment, split, given)
    sets, items = task.sets, "texts" if task.text else "images"

    random.seed(train["seed"])
    torch.manual_seed(train["seed"])
    # Some weights of a model have no part in its logits, and DistributedDataParallel would wait for their gradients.
    accelerator = Accelerator(kwargs_handlers=[DistributedDataParallelKwargs(find_unused_parameters=True)])
    processes = accelerator.num_processes
    if train["batch"] < processes:
        raise SystemExit(f"batches have {train['batch']} {items}, too few for {processes} processes")
    model = load(experiment, classes, given.fresh)
    head = load_file(HERE / "head.safetensors")["head_weight"] if (HERE / "head.safetensors").exists() else None
    classifier = Reader(model) if task.text else Classifier(model, head, experiment["image_size"])

    trained = [(name, parameter) for name, parameter in model.named_parameters() if parameter.requires_grad]
    of_head = [p for name, p in trained if f".{experiment['head']}." in f".{name}"]
    others = [p for name, p in trained if f".{experiment['head']}." not in f".{name}"]
    lr, head_lr = experiment["lr"], experiment["head_lr"]
    optimizer = torch.optim.AdamW([{"params": others, "lr": lr}, {"params": of_head, "lr": head_lr}], betas=(0.9, 0.999), eps=1e-8, weight_decay=train["weight_decay"])
    classifier, optimizer = accelerator.prepare(classifier, optimizer)
    accelerator.print(f"{sum(p.numel() for _, p in trained):,} trainable parameters on {processes} x {accelerator.device.type}")

    def measure(name):
        return evaluate(accelerator, classifier, task, name, train["batch"])

    curve, evaluations = [], []
    best = {"rank": -math.inf, "step": 0, "weights": {}}
    patience, waited = train["early_stopping_patience"], {"loss": math.inf, "evaluations": 0}
    kept = given.out / "checkpoint.pt"

    def look(step):
        """Measures on the validation images, keeps the weights where they are the best so far, and counts for early stopping."""
        found = measure("val")
        loss = found["loss"]
        evaluations.append(evaluation(step, "val", found, task.text))
        accelerator.print(f"step {step}  val {task.said(found)}")
        # Too few to choose by: the last weights are kept.
        if task.rank(found) > best["rank"] or not experiment.get("chooses", True):
            best.update(rank=task.rank(found), step=step, weights={name: p.detach().cpu().clone() for name, p in trained})
        if step == 0 and not experiment.get("knows", head is not None):
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
    accelerator.print(f"before: test {task.said(measure('test'))}" + (f"; the browser measured {known}" if known is not None else ""))
    batches, micro = split["batches"], train["accumulate"]
    total = len(batches) // micro if given.steps is None else given.steps
    every = experiment["eval_every"] if given.eval_every is None else given.eval_every
    weights = torch.tensor(experiment["class_weights"], device=accelerator.device) if experiment["class_weights"] else None
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
        loss_sum, right, counted = torch.zeros((), device=accelerator.device), torch.zeros((), device=accelerator.device), torch.zeros((), device=accelerator.device)
        together = [batches[(step * micro + k) % len(batches)] for k in range(micro)]
        # The mean is over all images of the step, each by the weight of its class, or over all tokens that count.
        weight_sum = sum(task.counts(sets["train"], indices, weights) for indices in together) or 1.0
        for indices in together:
            mine = indices[accelerator.process_index :: processes]
            inputs, labels = task.batch(sets["train"], mine, accelerator.device, lambda image: augment(image, train, draw))
            loss, found, of = task.loss(classifier(inputs), labels, train["label_smoothing"], weights)
            right, counted = right + found, counted + of
            loss = loss * (processes / weight_sum)  # gradients are averaged over processes
            accelerator.backward(loss)
            loss_sum += loss.detach()
        norm = accelerator.clip_grad_norm_([p for _, p in trained], train["max_grad_norm"] or math.inf)
        optimizer.step()
        optimizer.zero_grad(set_to_none=True)
        loss = accelerator.reduce(loss_sum, "mean").item()
        accuracy = accelerator.reduce(right).item() / max(1, accelerator.reduce(counted).item())
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
        accelerator.print(f"kept: the weights of step {best['step']}, best on the validation {items}")
    elif total:
        accelerator.print("kept: the last weights, since no {items} were held back to choose by")
    tested = measure("test")
    final = evaluation(best["step"] if best["weights"] else len(curve), "test", tested, task.text)
    accelerator.print(f"after: test {task.said(tested)}")
    different = accelerator.reduce(torch.tensor(task.odd(), device=accelerator.device)).item()
    if different:
        accelerator.print(f"{different} times an image was read whose pixels are not those of the run: other files, or JPEGs decoded by another library")
    problem = None
    if accelerator.is_main_process and total:
        try:
            given.out.mkdir(parents=True, exist_ok=True)
            model.save_pretrained(given.out)
            task.save(given.out)
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
    steps = [point["ms"] / 1000 for point in curve]
    seconds = sum(steps)
    # The first step compiles kernels and fills caches. PEFT's train_time has it; times are compared by the median of the others, times the steps.
    median = float(np.median(steps[1:])) if len(steps) > 1 else None
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
        "train_info": {"accelerator_memory_reserved_avg": reserved, "accelerator_memory_max": peak, "accelerator_memory_reserved_99th": reserved, "train_time": seconds, "first_step_time": steps[0] if steps else None, "median_step_time": median, "typical_train_time": median and median * len(steps), "device": f"PyTorch {device} {described}", "file_size": numbers.get("size", 0), "num_trainable_params": numbers.get("trained", 0), "num_total_params": numbers.get("all"), "status": status, "metrics": metrics},
        "meta_info": {
            "model_info": {"sha": experiment["base"].get("revision"), "created_at": None},
            "dataset_info": {spec["data"]: {"sha": None, "created_at": None}},
            "package_info": {key: value for library, version in versions.items() for key, value in ((f"{library}-version", version), (f"{library}-commit-hash", None))},
            "system_info": {"system": platform.system(), "release": platform.release(), "version": platform.version(), "machine": platform.machine(), "processor": platform.processor(), "accelerator": described if cuda else ""},
            "pytorch_info": torch.__config__.show(),
        },
        "fullrank": {"version": 1, "hash": experiment["hash"], "run": run},
    }


def plain(value):
    """The same without numbers that are none, for which JSON has no word."""
    if isinstance(value, dict):
        return {key: plain(of) for key, of in value.items()}
    if isinstance(value, (list, tuple)):
        return [plain(of) for of in value]
    return None if isinstance(value, float) and not math.isfinite(value) else value


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
            text = json.dumps(plain(result(name, read("experiment.json"), found, error)), indent=2)
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
