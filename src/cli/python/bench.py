"""Times PyTorch on the work of an entry of the benchmark; prints JSON: the milliseconds of each round, and which PyTorch.

bench.py THREADS ROUNDS matmul M K N [transposed]
bench.py THREADS ROUNDS vit
"""
import json
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


threads, rounds, kind, *sizes = sys.argv[1:]
torch.manual_seed(0)
torch.set_num_threads(int(threads))
step = {"matmul": matmul, "vit": vit}[kind](*sizes)
step()
times = []
for _ in range(int(rounds)):
    start = time.perf_counter()
    step()
    times.append(1000 * (time.perf_counter() - start))
blas = "MKL" if torch.backends.mkl.is_available() else "no MKL"
print(json.dumps({"times": times, "about": f"{torch.__version__}, {blas}"}))
