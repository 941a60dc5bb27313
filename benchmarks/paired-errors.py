"""How often a difference of two equal settings is named, by seeds alone, by Hillis's interval and by ours (src/numbers/pairs.ts): python3 benchmarks/paired-errors.py

Each test picture has a difficulty (normal, deviation 2), each of two settings what it makes of the picture (`own`), each seed of a setting a
skill (`seed`), and each answer a chance of its own (deviation 1); an answer is right where their sum is above zero. Needs numpy and scipy.
"""
import numpy as np
from scipy import stats

rng = np.random.default_rng(0)


def named(seeds, pictures, seed, own, level, runs=4000):
    found = np.zeros(3)
    for _ in range(runs):
        hard = rng.normal(1, 2, pictures)
        d = sum(s * (hard + rng.normal(0, own, pictures) + rng.normal(0, seed, seeds)[:, None] + rng.normal(0, 1, (seeds, pictures)) > 0) for s in (1, -1))
        mean, by_seed, by_picture = d.mean(), pictures * d.mean(1).var(ddof=1), seeds * d.mean(0).var(ddof=1)
        rest_df = (seeds - 1) * (pictures - 1)
        rest = ((d - d.mean(1)[:, None] - d.mean(0) + mean) ** 2).sum() / rest_df
        most, df = (by_seed, seeds - 1) if by_seed > rest else (rest, rest_df)
        for i, (part, of, more) in enumerate(((by_seed, seeds - 1, 0), (by_seed, seeds - 1, max(by_picture - rest, 0)), (most, df, max(by_picture - rest, 0)))):
            both = part + more
            found[i] += mean != 0 and (both == 0 or 2 * stats.t.sf(abs(mean) / np.sqrt(both / seeds / pictures), np.inf if part == 0 else (both / part) ** 2 * of) < level)
    return " | ".join(f"{100 * one:.1f}" for one in found / runs)


print("| seeds | pictures | seed | own | by seeds alone | Hillis | ours | ours at 0.5 % |\n|---|---|---|---|---|---|---|---|")
for seeds in (3, 5):
    for pictures in (100, 500):
        for seed, own in ((0, 0), (0, 1), (0.1, 0.5), (0.3, 1)):
            print(f"| {seeds} | {pictures} | {seed} | {own} | {named(seeds, pictures, seed, own, 0.05)} | {named(seeds, pictures, seed, own, 0.005).split(' | ')[2]} |")
