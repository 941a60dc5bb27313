"""Times PyTorch on the work of an entry of the benchmark; prints JSON: the milliseconds of each round, which PyTorch on which BLAS,
and how fast its product of 1024 x 1024 x 1024 is beside the peak of the vector units. Where that is less than a third, what keeps
it from being itself stands under "unfair" in place of times.

bench.py THREADS ROUNDS matmul M K N [transposed]
bench.py THREADS ROUNDS vit
bench.py THREADS ROUNDS adapters lora|randlora|full RANK BATCH WIDTH DEPTH HEADS
"""
import json
import os
import platform
import re
import sys
import time

import torch
from torch import nn
from torch.nn import functional as F


def matmul(m, k, n, transposed=None):
    x = torch.randn(int(k), int(m)).t() if transposed else torch.randn(int(m), int(k))
    w = torch.randn(int(k), int(n))
    return lambda: x @ w


class Block(nn.Module):
    def __init__(self, dim, heads, mlp):
        super().__init__()
        self.heads = heads
        self.ln1, self.ln2 = nn.LayerNorm(dim, 1e-6), nn.LayerNorm(dim, 1e-6)
        self.qkv, self.proj = nn.Linear(dim, 3 * dim), nn.Linear(dim, dim)
        self.fc1, self.fc2 = nn.Linear(dim, mlp), nn.Linear(mlp, dim)

    def forward(self, x):
        b, t, d = x.shape
        q, k, v = self.qkv(self.ln1(x)).view(b, t, 3, self.heads, d // self.heads).permute(2, 0, 3, 1, 4)
        x = x + self.proj(F.scaled_dot_product_attention(q, k, v).transpose(1, 2).reshape(b, t, d))
        return x + self.fc2(F.gelu(self.fc1(self.ln2(x))))


class Vit(nn.Module):
    """The sizes of VIT in src/bench/work.ts."""

    def __init__(self, image=32, patch=4, dim=192, depth=6, heads=3, mlp=768, classes=10):
        super().__init__()
        self.patch = nn.Linear(3 * patch * patch, dim)
        self.cls = nn.Parameter(torch.zeros(1, 1, dim))
        self.pos = nn.Parameter(torch.zeros(1, (image // patch) ** 2 + 1, dim))
        self.blocks = nn.Sequential(*[Block(dim, heads, mlp) for _ in range(depth)])
        self.norm, self.head = nn.LayerNorm(dim, 1e-6), nn.Linear(dim, classes)

    def forward(self, x):
        x = torch.cat([self.cls.expand(len(x), -1, -1), self.patch(x)], 1) + self.pos
        return self.head(self.norm(self.blocks(x)[:, 0]))


def vit():
    model = Vit()
    x, y = torch.randn(32, 64, 48), torch.arange(32) % 10
    adam = torch.optim.Adam(model.parameters(), lr=1e-3)

    def step():
        adam.zero_grad()
        loss = F.cross_entropy(model(x), y)
        loss.backward()
        adam.step()
        return loss.item()

    return step


class Lora(nn.Module):
    """PEFT's: what the frozen layer gives, and B A x beside it."""

    def __init__(self, base, r):
        super().__init__()
        self.base = base.requires_grad_(False)
        self.a, self.b = nn.Parameter(torch.randn(r, base.in_features) / r), nn.Parameter(torch.zeros(base.out_features, r))

    def forward(self, x):
        return self.base(x) + F.linear(F.linear(x, self.a), self.b) * 2


class Scaled(torch.autograd.Function):
    """lambda_k A gamma_k for one A (1, r, n), as many k as there are bases; only the scales have gradients."""

    @staticmethod
    def forward(ctx, a, lam, gamma):
        ctx.save_for_backward(a, lam, gamma)
        return lam[:, :, None] * a * gamma[:, None, :]

    @staticmethod
    def backward(ctx, g):
        a, lam, gamma = ctx.saved_tensors
        return None, torch.einsum("krn,vrn,kn->kr", g, a, gamma), torch.einsum("krn,vrn,kr->kn", g, a, lam)


class RandLora(nn.Module):
    """PEFT's: bases that all layers have in common, cut to the layer, and scales of its own."""

    def __init__(self, base, r, bases):
        super().__init__()
        self.base, self.bases = base.requires_grad_(False), bases
        least = min(base.in_features, base.out_features)
        self.lam, self.gamma = nn.Parameter(torch.zeros(-(-least // r), r)), nn.Parameter(torch.ones(-(-least // r), least))

    def forward(self, x):
        n, m = self.base.in_features, self.base.out_features
        count, r = self.lam.shape
        a, b = self.bases
        small = Scaled.apply(a[:, :r, : min(n, m)], self.lam, self.gamma).flatten(0, 1)
        large = b[: max(n, m), :count].flatten(1)
        first, second = (small, large) if n <= m else (large.t(), small.t())
        return self.base(x) + F.linear(F.linear(x, first), second)


class HfBlock(nn.Module):
    """A block as transformers has it: query, key and value by themselves."""

    def __init__(self, dim, heads):
        super().__init__()
        self.heads = heads
        self.ln1, self.ln2 = nn.LayerNorm(dim, 1e-6), nn.LayerNorm(dim, 1e-6)
        self.query, self.key, self.value, self.proj = (nn.Linear(dim, dim) for _ in range(4))
        self.fc1, self.fc2 = nn.Linear(dim, 4 * dim), nn.Linear(4 * dim, dim)

    def forward(self, x):
        b, t, d = x.shape
        h = self.ln1(x)
        q, k, v = (layer(h).view(b, t, self.heads, d // self.heads).transpose(1, 2) for layer in (self.query, self.key, self.value))
        x = x + self.proj(F.scaled_dot_product_attention(q, k, v).transpose(1, 2).reshape(b, t, d))
        return x + self.fc2(F.gelu(self.fc1(self.ln2(x))))


def adapters(method, r, batch, dim, depth, heads):
    r, batch, dim = int(r), int(batch), int(dim)
    model = Vit(image=96, patch=16, dim=dim, depth=1, heads=int(heads), mlp=4 * dim)
    model.blocks = nn.Sequential(*[HfBlock(dim, int(heads)) for _ in range(int(depth))])
    if method != "full":
        model.requires_grad_(False)
        model.head.requires_grad_(True)
        bases = (torch.randn(1, r, dim), torch.randn(4 * dim, -(-dim // r), r))
        for block in model.blocks:
            for name in ("query", "key", "value", "fc1", "fc2"):
                base = getattr(block, name)
                setattr(block, name, Lora(base, r) if method == "lora" else RandLora(base, r, bases))
    x, y = torch.randn(batch, 36, 768), torch.arange(batch) % 10
    trained = [p for p in model.parameters() if p.requires_grad]
    adamw = torch.optim.AdamW(trained, lr=1e-4, weight_decay=0.05)

    def step():
        adamw.zero_grad()
        loss = F.cross_entropy(model(x), y)
        loss.backward()
        nn.utils.clip_grad_norm_(trained, 1.0)
        adamw.step()
        return loss.item()

    return step


def blas():
    """Libraries of matrix products in this process by the names of their files; a link is followed, since libblas.so.3 may be any."""
    try:
        with open("/proc/self/maps", encoding="utf-8") as maps:
            paths = {os.path.realpath(line.split(maxsplit=5)[5].strip()) for line in maps if "/" in line}
    except OSError:
        return "MKL" if torch.backends.mkl.is_available() else "Accelerate" if platform.system() == "Darwin" else "no MKL"
    names = sorted({os.path.basename(path) for path in paths if re.search(r"blas|blis|mkl_(core|rt)|atlas", os.path.basename(path))})
    return ", ".join(names) or ("MKL" if torch.backends.mkl.is_available() else "no BLAS that is known")


def peak(threads):
    """Multiply-adds in f32 of the vector units, as GFLOP/s of so many cores; None where /proc/cpuinfo does not say."""
    try:
        with open("/proc/cpuinfo", encoding="utf-8") as file:
            about = file.read()
    except OSError:
        return None
    flags = set(re.findall(r"\w+", "".join(re.findall(r"^(?:flags|Features)\s*:(.*)$", about, re.M)[:1])))
    clocks = [float(mhz) for mhz in re.findall(r"^cpu MHz\s*:\s*([\d.]+)$", about, re.M)]
    # Two units of so many numbers, a product and a sum each.
    wide = 16 if "avx512f" in flags else 8 if {"avx2", "fma"} <= flags else 4 if "asimd" in flags else None
    return 4 * wide * max(clocks) / 1000 * threads if wide and clocks else None


def product(size=1024, rounds=5):
    """GFLOP/s of the fastest of some products."""
    a, b = torch.randn(size, size), torch.randn(size, size)
    a @ b
    best = float("inf")
    for _ in range(rounds):
        start = time.perf_counter()
        a @ b
        best = min(best, time.perf_counter() - start)
    return 2 * size**3 / best / 1e9


threads, rounds, kind, *sizes = sys.argv[1:]
torch.manual_seed(0)
torch.set_num_threads(int(threads))
rate, most, library = product(), peak(int(threads)), blas()
about = f"{torch.__version__}, {library}: {rate:.0f} GFLOP/s" + (f" of {most:.0f}" if most else "")
if rate < (most / 3 if most else 20 * int(threads)):
    why = "the machine has other work, or this library is not for its processor" if re.search("openblas|mkl|blis|Accelerate", library, re.I) else "a fast BLAS is missing: on Debian and Ubuntu apt-get install libopenblas0-pthread, elsewhere PyTorch's own build brings one"
    print(json.dumps({"unfair": f"not shown: its products run at {rate:.1f}{f' of {most:.0f}' if most else ''} GFLOP/s on {library}; {why}"}))
    sys.exit()
step = {"matmul": matmul, "vit": vit, "adapters": adapters}[kind](*sizes)
step()
times = []
for _ in range(int(rounds)):
    start = time.perf_counter()
    step()
    times.append(1000 * (time.perf_counter() - start))
print(json.dumps({"times": times, "about": about}))
