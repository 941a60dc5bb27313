#!/usr/bin/env python3
"""Pretrain vit-nano: a 0.82 M parameter Vision Transformer for 32x32 images.

The network has the shape and the parameter names of Hugging Face's
ViTForImageClassification, written here in plain PyTorch so that nothing but
torch and numpy is needed. It is trained from scratch on several small labelled
sets at once, in one joint label space ("cifar10/airplane", "gtsrb/stop", ...).

    python3 pretrain.py --data DIR/cifar10 DIR/gtsrb DIR/sign-digits DIR/dtd10 \
        --weights 0.65 0.17 0.08 0.10 --out OUT --minutes 24 --threads 1 --bf16

Each data folder holds dataset.json, train.safetensors and test.safetensors with
the tensors images (U8, NHWC) and labels (U8). The learning-rate schedule follows
the clock: --minutes is the length of the run, so the number of steps depends on
the machine. Pass --steps to fix it instead.
"""
import argparse
import hashlib
import json
import math
import os
import struct
import time

import numpy as np
import torch
import torch.nn as nn
import torch.nn.functional as F

IMAGE, PATCH, DIM, LAYERS, HEADS, MLP, EPS = 32, 4, 128, 4, 4, 512, 1e-6
FLIP_OK = {"cifar10", "dtd10"}  # a mirrored road sign or hand sign may mean something else


# ---------------------------------------------------------------- safetensors
DTYPES = {"U8": np.uint8, "F16": np.float16, "F32": np.float32}
NAMES = {np.dtype(v): k for k, v in DTYPES.items()}


def load_safetensors(path):
    with open(path, "rb") as f:
        (n,) = struct.unpack("<Q", f.read(8))
        header = json.loads(f.read(n))
        data = f.read()
    out = {}
    for name, t in header.items():
        if name != "__metadata__":
            a, b = t["data_offsets"]
            out[name] = np.frombuffer(data[a:b], DTYPES[t["dtype"]]).reshape(t["shape"])
    return out


def save_safetensors(path, tensors, metadata):
    header, blobs, at = {"__metadata__": metadata}, [], 0
    for name, a in tensors.items():
        a = np.ascontiguousarray(a)
        header[name] = {"dtype": NAMES[a.dtype], "shape": list(a.shape), "data_offsets": [at, at + a.nbytes]}
        blobs.append(a.tobytes())
        at += a.nbytes
    h = json.dumps(header, separators=(",", ":")).encode()
    h += b" " * (-len(h) % 8)
    with open(path, "wb") as f:
        f.write(struct.pack("<Q", len(h)) + h + b"".join(blobs))


# ---------------------------------------------------------------- the network
# The modules are nested only so that state_dict() has Hugging Face's names.
class SelfAttention(nn.Module):
    def __init__(self):
        super().__init__()
        self.query, self.key, self.value = (nn.Linear(DIM, DIM) for _ in range(3))

    def forward(self, x):
        b, t, _ = x.shape
        q, k, v = (f(x).view(b, t, HEADS, DIM // HEADS).transpose(1, 2) for f in (self.query, self.key, self.value))
        with torch.autocast("cpu", enabled=False):  # in float32 always: on a CPU it is also the faster kernel
            q, k, v = (t.float() if t.dtype == torch.bfloat16 else t for t in (q, k, v))
            y = F.scaled_dot_product_attention(q, k, v)
        return y.transpose(1, 2).reshape(b, t, DIM)


class Dense(nn.Module):
    def __init__(self, i, o):
        super().__init__()
        self.dense = nn.Linear(i, o)

    def forward(self, x):
        return self.dense(x)


class Attention(nn.Module):
    def __init__(self):
        super().__init__()
        self.attention = SelfAttention()
        self.output = Dense(DIM, DIM)

    def forward(self, x):
        return self.output(self.attention(x))


class Layer(nn.Module):
    def __init__(self):
        super().__init__()
        self.attention = Attention()
        self.intermediate = Dense(DIM, MLP)
        self.output = Dense(MLP, DIM)
        self.layernorm_before = nn.LayerNorm(DIM, EPS)
        self.layernorm_after = nn.LayerNorm(DIM, EPS)

    def forward(self, x):
        x = x + self.attention(self.layernorm_before(x))
        return x + self.output(F.gelu(self.intermediate(self.layernorm_after(x))))


class PatchEmbeddings(nn.Module):
    def __init__(self):
        super().__init__()
        self.projection = nn.Conv2d(3, DIM, PATCH, PATCH)


class Embeddings(nn.Module):
    def __init__(self):
        super().__init__()
        self.cls_token = nn.Parameter(torch.randn(1, 1, DIM) * 0.02)
        self.position_embeddings = nn.Parameter(torch.randn(1, 1 + (IMAGE // PATCH) ** 2, DIM) * 0.02)
        self.patch_embeddings = PatchEmbeddings()

    def forward(self, pixels, keep=None):
        # The patch convolution as one matrix product: faster on a CPU, same sums.
        p = self.patch_embeddings.projection
        b, n = len(pixels), IMAGE // PATCH
        x = pixels.reshape(b, 3, n, PATCH, n, PATCH).permute(0, 2, 4, 1, 3, 5).reshape(b, n * n, 3 * PATCH * PATCH)
        x = F.linear(x, p.weight.flatten(1), p.bias)
        x = x + self.position_embeddings[:, 1:]
        if keep is not None:  # patch dropout: only these patches of each image are seen
            x = x.gather(1, keep[:, :, None].expand(-1, -1, DIM))
        cls = (self.cls_token + self.position_embeddings[:, :1]).expand(b, 1, DIM)
        return torch.cat([cls, x], 1)


class Encoder(nn.Module):
    def __init__(self):
        super().__init__()
        self.layer = nn.ModuleList(Layer() for _ in range(LAYERS))


class Backbone(nn.Module):
    def __init__(self):
        super().__init__()
        self.embeddings = Embeddings()
        self.encoder = Encoder()
        self.layernorm = nn.LayerNorm(DIM, EPS)

    def forward(self, pixels, keep=None):
        x = self.embeddings(pixels, keep)
        for layer in self.encoder.layer:
            x = layer(x)
        return self.layernorm(x[:, 0])  # only the class token is read


class ViT(nn.Module):
    def __init__(self, labels):
        super().__init__()
        self.vit = Backbone()
        self.classifier = nn.Linear(DIM, labels)
        for m in self.modules():
            if isinstance(m, nn.Linear):
                nn.init.trunc_normal_(m.weight, std=0.02 if m is self.classifier else DIM ** -0.5 * 0.7)
                nn.init.zeros_(m.bias)

    def forward(self, pixels, keep=None):
        return self.classifier(self.vit(pixels, keep))


# ---------------------------------------------------------------- the data
def load_split(folder, split):
    """Images as U8 [N, 3, 32, 32] and labels as int64, plus the class names."""
    info = json.load(open(os.path.join(folder, "dataset.json")))
    t = load_safetensors(os.path.join(folder, info["splits"][split]["file"]))
    x = torch.from_numpy(t["images"].copy()).permute(0, 3, 1, 2)
    if x.shape[2] != IMAGE:
        x = torch.cat([F.interpolate(c.float(), (IMAGE, IMAGE), mode="bilinear", antialias=True) for c in x.split(256)])
        x = x.round().clamp(0, 255).to(torch.uint8)
    return x.contiguous(), torch.from_numpy(t["labels"].copy()).long(), info


def normalise(x):
    return (x.float() / 255 - 0.5) / 0.5


def augment(x, flip_ok, gen):
    """x: U8 [B, 3, 32, 32] -> normalised float. Every image has its own draws."""
    b = len(x)
    rand = lambda *s: torch.rand(*s, generator=gen)
    # crop: a shift of up to 4 pixels and a zoom of 0.8 to 1.15, edges repeated; flip where the label allows
    zoom = 0.8 + 0.35 * rand(b)
    shift = (rand(b, 2) * 2 - 1) * (4 / (IMAGE / 2))
    sx = torch.where(flip_ok & (rand(b) < 0.5), -zoom, zoom)
    zero = torch.zeros(b)
    theta = torch.stack([sx, zero, shift[:, 0], zero, zoom, shift[:, 1]], 1).view(b, 2, 3)
    grid = F.affine_grid(theta, (b, 3, IMAGE, IMAGE), align_corners=False)
    x = F.grid_sample(x.float() / 255, grid, padding_mode="border", align_corners=False)
    # colour: contrast, brightness, saturation down to grey (p 0.3), rarely inverted (p 0.05)
    mean = x.mean((1, 2, 3), keepdim=True)
    x = (x - mean) * (0.6 + 0.8 * rand(b, 1, 1, 1)) + mean + (rand(b, 1, 1, 1) - 0.5) * 0.4
    grey = x.mean(1, keepdim=True)
    sat = torch.where(rand(b, 1, 1, 1) < 0.3, torch.zeros(b, 1, 1, 1), 0.6 + 0.8 * rand(b, 1, 1, 1))
    x = (grey + (x - grey) * sat).clamp(0, 1)
    x = torch.where(rand(b, 1, 1, 1) < 0.05, 1 - x, x)
    x = (x - 0.5) / 0.5
    # cutout: a grey 8x8 square in a quarter of the images
    at = (rand(b, 2) * (IMAGE - 8)).long()
    r = torch.arange(IMAGE)
    iny = (r >= at[:, :1]) & (r < at[:, :1] + 8)
    inx = (r >= at[:, 1:]) & (r < at[:, 1:] + 8)
    hole = iny[:, :, None] & inx[:, None, :] & (rand(b) < 0.25)[:, None, None]
    return x.masked_fill(hole[:, None], 0.0)


# ---------------------------------------------------------------- evaluation and saving
@torch.no_grad()
def accuracy(model, x, y, offset, classes):
    """(over the joint label space, over the set's own labels only)"""
    logits = torch.cat([model(normalise(c)) for c in x.split(500)])
    joint = (logits.argmax(1) == y + offset).float().mean().item()
    own = (logits[:, offset:offset + classes].argmax(1) == y).float().mean().item()
    return round(joint, 4), round(own, 4)


def save_model(model, names, out):
    sd = {k: v.detach().numpy().astype(np.float16) for k, v in model.state_dict().items()}
    save_safetensors(os.path.join(out, "model.safetensors"), sd, {"format": "pt"})
    config = {
        "architectures": ["ViTForImageClassification"],
        "attention_probs_dropout_prob": 0.0,
        "encoder_stride": PATCH,
        "hidden_act": "gelu",
        "hidden_dropout_prob": 0.0,
        "hidden_size": DIM,
        "id2label": {str(i): n for i, n in enumerate(names)},
        "image_size": IMAGE,
        "initializer_range": 0.02,
        "intermediate_size": MLP,
        "label2id": {n: i for i, n in enumerate(names)},
        "layer_norm_eps": EPS,
        "model_type": "vit",
        "num_attention_heads": HEADS,
        "num_channels": 3,
        "num_hidden_layers": LAYERS,
        "patch_size": PATCH,
        "problem_type": "single_label_classification",
        "qkv_bias": True,
        "torch_dtype": "float16",
    }
    pre = {
        "do_normalize": True,
        "do_rescale": True,
        "do_resize": True,
        "image_mean": [0.5, 0.5, 0.5],
        "image_processor_type": "ViTImageProcessor",
        "image_std": [0.5, 0.5, 0.5],
        "resample": 2,
        "rescale_factor": 1 / 255,
        "size": {"height": IMAGE, "width": IMAGE},
    }
    for name, body in (("config.json", config), ("preprocessor_config.json", pre)):
        with open(os.path.join(out, name), "w") as f:
            f.write(json.dumps(body, indent=2) + "\n")


def load_model(folder):
    """The saved F16 weights, widened to F32."""
    labels = len(json.load(open(os.path.join(folder, "config.json")))["id2label"])
    model = ViT(labels)
    t = load_safetensors(os.path.join(folder, "model.safetensors"))
    model.load_state_dict({k: torch.from_numpy(v.astype(np.float32)) for k, v in t.items()})
    return model.eval()


# ---------------------------------------------------------------- training
def main():
    ap = argparse.ArgumentParser()
    ap.add_argument("--data", nargs="+", required=True, help="data folders")
    ap.add_argument("--weights", nargs="+", type=float, required=True, help="share of the batch from each folder")
    ap.add_argument("--out", required=True)
    ap.add_argument("--minutes", type=float, default=24)
    ap.add_argument("--steps", type=int, default=0, help="fixed number of steps (overrides --minutes)")
    ap.add_argument("--batch", type=int, default=128)
    ap.add_argument("--lr", type=float, default=1e-3)
    ap.add_argument("--wd", type=float, default=0.05)
    ap.add_argument("--seed", type=int, default=1)
    ap.add_argument("--threads", type=int, default=2)
    ap.add_argument("--bf16", action="store_true", help="matrix products in bfloat16 (CPU autocast)")
    a = ap.parse_args()
    torch.set_num_threads(a.threads)
    torch.manual_seed(a.seed)
    gen = torch.Generator().manual_seed(a.seed)
    os.makedirs(a.out, exist_ok=True)

    names, xs, ys, flips, probs, tests = [], [], [], [], [], []
    for folder, w in zip(a.data, a.weights, strict=True):
        x, y, info = load_split(folder, "train")
        tx, ty, _ = load_split(folder, "test")
        tests.append((info["name"], tx, ty, len(names), len(info["classes"])))
        xs.append(x)
        ys.append(y + len(names))
        flips.append(torch.full((len(x),), info["name"] in FLIP_OK))
        probs.append(torch.full((len(x),), w / len(x)))
        names += [f"{info['name']}/{c}" for c in info["classes"]]
        print(f"{info['name']}: {len(x)} train, {len(tx)} test, {len(info['classes'])} classes", flush=True)
    xs, ys, flips, probs = map(torch.cat, (xs, ys, flips, probs))

    model = ViT(len(names))
    print(sum(p.numel() for p in model.parameters()), "parameters", flush=True)
    decay = [p for p in model.parameters() if p.ndim == 2 or p.ndim == 4]
    plain = [p for p in model.parameters() if not (p.ndim == 2 or p.ndim == 4)]
    opt = torch.optim.AdamW([{"params": decay, "weight_decay": a.wd}, {"params": plain, "weight_decay": 0.0}],
                            lr=a.lr, betas=(0.9, 0.98), fused=True)

    epoch_steps = 125  # 16,000 draws: about one pass over all the training images
    start, step, run = time.time(), 0, []
    while True:
        # how far through the run we are, 0 to 1: by steps or by the clock
        at = step / a.steps if a.steps else (time.time() - start) / (a.minutes * 60)
        if at >= 1:
            break
        lr = a.lr * min(1, (step + 1) / 300) * (0.01 + 0.99 * 0.5 * (1 + math.cos(math.pi * at)))
        for g in opt.param_groups:
            g["lr"] = lr
        i = torch.multinomial(probs, a.batch, replacement=True, generator=gen)
        x, y = augment(xs[i], flips[i], gen), ys[i]
        # light mixup, in three of ten batches
        mix = 1.0
        if torch.rand(1, generator=gen).item() < 0.3:
            u = torch.rand(1, generator=gen).item()
            mix = 1 - 0.4 * u
            other = torch.randperm(a.batch, generator=gen)
            x, y2 = mix * x + (1 - mix) * x[other], y[other]
        # a random half of the patches in the first 60 % of the run, then all: twice as fast, and a regulariser
        keep = torch.rand(a.batch, 64, generator=gen).argsort(1)[:, :32] if at < 0.6 else None
        with torch.autocast("cpu", torch.bfloat16, enabled=a.bf16):
            logits = model(x, keep)
        logits = logits.float()
        loss = F.cross_entropy(logits, y, label_smoothing=0.1)
        if mix < 1:
            loss = mix * loss + (1 - mix) * F.cross_entropy(logits, y2, label_smoothing=0.1)
        opt.zero_grad()
        loss.backward()
        torch.nn.utils.clip_grad_norm_(model.parameters(), 1.0)
        opt.step()
        run.append(loss.item())
        step += 1
        if step % epoch_steps == 0:
            line = {"epoch": step // epoch_steps, "loss": round(sum(run) / len(run), 4), "lr": round(lr, 6),
                    "minutes": round((time.time() - start) / 60, 2), "progress": round(at, 3)}
            run = []
            if line["epoch"] % 10 == 0:
                line["test"] = {n: accuracy(model, *t) for n, *t in tests}
            print(json.dumps(line), flush=True)
            save_model(model, names, a.out)

    save_model(model, names, a.out)
    model = load_model(a.out)
    report = {n: accuracy(model, *t) for n, *t in tests}
    path = os.path.join(a.out, "model.safetensors")
    print(json.dumps({"steps": step, "minutes": round((time.time() - start) / 60, 1),
                      "test accuracy [joint, own labels]": report, "bytes": os.path.getsize(path),
                      "sha256": hashlib.sha256(open(path, "rb").read()).hexdigest()}), flush=True)


if __name__ == "__main__":
    main()
