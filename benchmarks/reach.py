"""How near updates of several forms come to a target matrix (src/analysis/reach.meta.ts), solved by numpy: python3 benchmarks/reach.py > src/testing/fixtures/reach.json

The same random numbers (mulberry32, Box and Muller), everything else by numpy: singular values by LAPACK, each least squares from its written-out system
by lstsq. `bases` and `pair` take two turns as there; `lengths` is where its turns lead after 60, each with an exact singular value decomposition.
"""
import json
import numpy as np

N = 128


def normal(count, seed):
    state, out = seed, np.empty(2 * count)
    for i in range(2 * count):
        state = (state + 0x6D2B79F5) & 0xFFFFFFFF
        t = ((state ^ state >> 15) * (state | 1)) & 0xFFFFFFFF
        t = ((t + ((t ^ t >> 7) * (t | 61) & 0xFFFFFFFF)) & 0xFFFFFFFF) ^ t
        out[i] = ((t ^ t >> 14) + 1) / 2**32
    return np.sqrt(-2 * np.log(out[::2])) * np.cos(2 * np.pi * out[1::2])


def smooth(seed):
    i = np.arange(N)
    rows = normal(N * N, seed).reshape(N, N) @ np.exp(-((i[:, None] - i) ** 2) / 32) + 1e-3 * normal(N * N, seed + 1).reshape(N, N)
    q, r = np.linalg.qr(rows.T)
    return (q * np.sign(np.diag(r))).T


def target(rank, course):
    s = np.ones(rank) if course == "equal" else np.exp(-4 * np.arange(rank) / rank)
    return smooth(1)[:rank].T * s @ smooth(3)[:rank]


def of_bases(T, r, turns=2):
    n = -(-N // r)
    P = n * r
    B, A, base = normal(2 * N * N, 7).reshape(-1, N)[:P].T, np.tile(normal(N * N, 8).reshape(N, N)[:r], (n, 1)), np.arange(P) // r
    lam, gamma = np.ones(P), np.empty((n, N))
    for _ in range(turns):
        for c in range(N):
            system = np.stack([(B * lam * A[:, c])[:, base == i].sum(1) for i in range(n)], 1)
            gamma[:, c] = np.linalg.lstsq(system, T[:, c], rcond=None)[0]
        right = A * gamma[base]
        lam = np.linalg.lstsq((B[:, None] * right.T[None]).reshape(N * N, P), T.ravel(), rcond=None)[0]
    return B * lam @ right


def of_pair(T, turns=2):
    A, B, b = normal(N * N, 9).reshape(N, N), normal(N * N, 10).reshape(N, N).T, np.ones(N)
    for _ in range(turns):
        d = np.linalg.lstsq(((b[:, None] * B)[:, None] * A.T[None]).reshape(N * N, N), T.ravel(), rcond=None)[0]
        M = B * d @ A
        b = (M * T).sum(1) / (M * M).sum(1)
    return b[:, None] * M


def with_lengths(T, r, turns=60):
    W, s = normal(N * N, 5).reshape(N, N), np.zeros(N)
    for _ in range(turns):
        u, v, w = np.linalg.svd(T - s[:, None] * W)
        X = u[:, :r] * v[:r] @ w[:r]
        s = (W * (T - X)).sum(1) / (W * W).sum(1)
    return X + s[:, None] * W


def row(T, D):
    s = np.linalg.svd(D, compute_uv=False)
    return {"error": np.linalg.norm(D - T) / np.linalg.norm(T), "rank": int(np.sum(s > N * 2**-23 * s[0])), "singular": [s[0], s[1], s[63], s[126]]}


cases = []
for rank, course, r, bases in ((128, "equal", 32, 2), (128, "equal", 8, 9), (16, "equal", 8, 9), (64, "falling", 16, 4), (128, "falling", 1, 128)):
    T = target(rank, course)
    u, s, w = np.linalg.svd(T)
    cases.append({"rank": rank, "course": course, "r": r, "bases": bases, "lowRank": row(T, u[:, :r] * s[:r] @ w[:r]), "ofBases": row(T, of_bases(T, bases)), "ofPair": row(T, of_pair(T)), "withLengths": row(T, with_lengths(T, r))})
print(json.dumps({"made": f"benchmarks/reach.py, numpy {np.__version__}", "corner": target(16, "falling")[:2, :2].ravel().tolist(), "cases": cases}, indent=1))
