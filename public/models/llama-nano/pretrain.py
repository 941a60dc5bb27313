#!/usr/bin/env python3
"""Pretrain llama-nano: a small Llama that goes on with sentences of the village.

    python3 pretrain.py ../../data/village OUT --steps 300 --seed 1

It sees the training splits alone, no label, score, tag or answer, and of the 3,000 stories the first 500, so that there is something left to
learn. The tokenizer is made here too: byte pairs that are joined, the commonest first, until each word of these texts is one token. Needs torch
and transformers.
"""
import argparse
import csv
import hashlib
import json
import os
import re
import time
from collections import Counter

import torch
from transformers import LlamaConfig, LlamaForCausalLM

SPECIAL = ["<|begin_of_text|>", "<|end_of_text|>", "<|pad|>"]
BEGIN, END, PAD = range(3)
IGNORED = -100
STORIES = 500
SIZES = dict(hidden_size=128, num_hidden_layers=3, num_attention_heads=4, num_key_value_heads=2, intermediate_size=256, max_position_embeddings=128)
# How Llama 3 parts a text before bytes are joined.
PARTS = r"(?i:'s|'t|'re|'ve|'m|'ll|'d)|[^\r\n\p{L}\p{N}]?\p{L}+|\p{N}{1,3}| ?[^\s\p{L}\p{N}]+[\r\n]*|\s*[\r\n]+|\s+(?!\S)|\s+"


# ---------------------------------------------------------------- the texts
def rows(folder, name, split):
    with open(os.path.join(folder, name, f"{split}.csv"), encoding="utf-8") as f:
        return list(csv.DictReader(f))


def lines(folder, name, file):
    with open(os.path.join(folder, name, file), encoding="utf-8") as f:
        return f.read().splitlines()


def texts(folder, split):
    """By the name of their set."""
    return {
        "moods": [row["text"] for row in rows(folder, "moods", split)],
        "tags": [" ".join(json.loads(line)["tokens"]) for line in lines(folder, "tags", f"{split}.jsonl")],
        "alike": [row[side] for row in rows(folder, "alike", split) for side in ("sentence1", "sentence2")],
        "questions": [f"{row['passage']} {row['question']}" for row in rows(folder, "questions", split)],
        "stories": lines(folder, "stories", f"{split}.txt")[:STORIES],
    }


# ---------------------------------------------------------------- the tokenizer
def byte_letters():
    """The letter that stands for each byte, as in GPT-2: itself where it can be seen, else one from 256 on."""
    seen = [*range(33, 127), *range(161, 173), *range(174, 256)]
    unseen = [byte for byte in range(256) if byte not in seen]
    return {**{byte: chr(byte) for byte in seen}, **{byte: chr(256 + i) for i, byte in enumerate(unseen)}}


LETTERS = byte_letters()


def words_of(text):
    """What PARTS makes of these texts: each word with the blank before it."""
    return ["".join(LETTERS[byte] for byte in word.encode()) for word in re.findall(r" ?\S+", text)]


def joined(symbols, pair):
    out, i = [], 0
    while i < len(symbols):
        both = tuple(symbols[i:i + 2]) == pair
        out.append("".join(pair) if both else symbols[i])
        i += 2 if both else 1
    return out


def make_merges(all_texts):
    """The commonest pair first, of equally common ones the first in order, until no word has two tokens."""
    counts = Counter(word for text in all_texts for word in words_of(text))
    words = {word: list(word) for word in counts}
    merges = []
    while True:
        pairs = Counter()
        for word, symbols in words.items():
            for pair in zip(symbols, symbols[1:]):
                pairs[pair] += counts[word]
        if not pairs:
            return merges
        best = min(pairs, key=lambda pair: (-pairs[pair], pair))
        merges.append(best)
        words = {word: joined(symbols, best) for word, symbols in words.items()}


def make_tokenizer(merges):
    tokens = [*SPECIAL, *(LETTERS[byte] for byte in range(256)), *("".join(pair) for pair in merges)]
    vocab = {}
    for token in tokens:
        vocab.setdefault(token, len(vocab))
    added = [dict(id=i, content=token, single_word=False, lstrip=False, rstrip=False, normalized=False, special=True) for i, token in enumerate(SPECIAL)]
    begin = {"SpecialToken": {"id": SPECIAL[BEGIN], "type_id": 0}}
    a, b = ({"Sequence": {"id": text, "type_id": kind}} for text, kind in (("A", 0), ("B", 1)))
    return {
        "version": "1.0", "truncation": None, "padding": None, "added_tokens": added, "normalizer": None,
        "pre_tokenizer": {"type": "Sequence", "pretokenizers": [
            {"type": "Split", "pattern": {"Regex": PARTS}, "behavior": "Isolated", "invert": False},
            {"type": "ByteLevel", "add_prefix_space": False, "trim_offsets": True, "use_regex": False},
        ]},
        "post_processor": {"type": "TemplateProcessing", "single": [begin, a], "pair": [begin, a, {"SpecialToken": {"id": SPECIAL[BEGIN], "type_id": 1}}, b],
                           "special_tokens": {SPECIAL[BEGIN]: {"id": SPECIAL[BEGIN], "ids": [BEGIN], "tokens": [SPECIAL[BEGIN]]}}},
        "decoder": {"type": "ByteLevel", "add_prefix_space": True, "trim_offsets": True, "use_regex": True},
        "model": {"type": "BPE", "dropout": None, "unk_token": None, "continuing_subword_prefix": None, "end_of_word_suffix": None, "fuse_unk": False,
                  "byte_fallback": False, "ignore_merges": False, "vocab": vocab, "merges": [" ".join(pair) for pair in merges]},
    }


TOKENIZER_CONFIG = {
    "tokenizer_class": "PreTrainedTokenizerFast", "model_max_length": SIZES["max_position_embeddings"],
    "bos_token": SPECIAL[BEGIN], "eos_token": SPECIAL[END], "pad_token": SPECIAL[PAD],
}


def write_json(out, name, body, **how):
    with open(os.path.join(out, name), "w", encoding="utf-8") as f:
        f.write(json.dumps(body, ensure_ascii=False, **how) + "\n")


# ---------------------------------------------------------------- training
def batch_of(encoded):
    longest = max(map(len, encoded))
    ids = torch.tensor([row + [PAD] * (longest - len(row)) for row in encoded])
    # No token of these texts is padding.
    return {"input_ids": ids, "attention_mask": (ids != PAD).long(), "labels": torch.where(ids == PAD, IGNORED, ids)}


def loss_of(model, batch):
    with torch.autocast("cpu", torch.bfloat16):
        return model(**batch).loss


def batches(train, size, gen):
    """Texts drawn at random, those of about the same length together, so that little is filled up."""
    while True:
        drawn = sorted(torch.randint(len(train), (4 * size,), generator=gen).tolist(), key=lambda i: len(train[i]))
        for k in torch.randperm(4, generator=gen).tolist():
            yield batch_of([train[i] for i in drawn[k * size:(k + 1) * size]])


@torch.no_grad()
def losses(model, held):
    """Of texts that it has not seen, by set: mean over their tokens."""
    model.eval()
    found = {}
    for name, encoded in held.items():
        total = count = 0
        for at in range(0, len(encoded), 50):
            batch = batch_of(encoded[at:at + 50])
            n = (batch["labels"][:, 1:] != IGNORED).sum().item()
            total, count = total + loss_of(model, batch).item() * n, count + n
        found[name] = round(total / count, 3)
    model.train()
    return found


def main():
    ap = argparse.ArgumentParser()
    ap.add_argument("data", help="the folder of the village's sets")
    ap.add_argument("out")
    ap.add_argument("--steps", type=int, default=300)
    ap.add_argument("--batch", type=int, default=32)
    ap.add_argument("--lr", type=float, default=2e-3)
    ap.add_argument("--seed", type=int, default=1)
    a = ap.parse_args()
    torch.set_num_threads(1)
    torch.manual_seed(a.seed)
    gen = torch.Generator().manual_seed(a.seed)
    os.makedirs(a.out, exist_ok=True)

    seen = [text for of_set in texts(a.data, "train").values() for text in of_set]
    merges = make_merges(seen)
    tokenizer = make_tokenizer(merges)
    vocab = tokenizer["model"]["vocab"]
    write_json(a.out, "tokenizer.json", tokenizer, separators=(",", ":"))
    write_json(a.out, "tokenizer_config.json", TOKENIZER_CONFIG, indent=2)
    # Each word that was seen is one token, and no other word is in these texts.
    encode = lambda text: [BEGIN, *(vocab[word] for word in words_of(text)), END]
    train = [encode(text) for text in seen]
    held = {name: [encode(text) for text in of_set] for name, of_set in texts(a.data, "validation").items()}

    model = LlamaForCausalLM(LlamaConfig(vocab_size=len(vocab), bos_token_id=BEGIN, eos_token_id=END, pad_token_id=PAD, tie_word_embeddings=True, rope_theta=10000.0,
                                         rms_norm_eps=1e-5, initializer_range=0.05, **SIZES))
    print(len(train), "texts,", len(vocab), "tokens,", sum(p.numel() for p in model.parameters()), "parameters", flush=True)
    decay = [p for p in model.parameters() if p.ndim == 2]
    plain = [p for p in model.parameters() if p.ndim != 2]
    opt = torch.optim.AdamW([{"params": decay, "weight_decay": 0.01}, {"params": plain, "weight_decay": 0.0}], lr=a.lr, betas=(0.9, 0.98), fused=True)
    start, run = time.time(), []
    for step, batch in zip(range(a.steps), batches(train, a.batch, gen)):
        for group in opt.param_groups:
            group["lr"] = a.lr * min((step + 1) / 40, (a.steps - step) / max(1, a.steps - 40))
        loss = loss_of(model, batch)
        opt.zero_grad()
        loss.backward()
        torch.nn.utils.clip_grad_norm_(model.parameters(), 1.0)
        opt.step()
        run.append(loss.item())
        if (step + 1) % 50 == 0:
            print(json.dumps({"step": step + 1, "loss": round(sum(run) / len(run), 3), "minutes": round((time.time() - start) / 60, 1)}), flush=True)
            run = []

    model.half().save_pretrained(a.out, safe_serialization=True)
    kept = LlamaForCausalLM.from_pretrained(a.out, torch_dtype=torch.float32)
    path = os.path.join(a.out, "model.safetensors")
    print(json.dumps({"held out": losses(kept, held), "bytes": os.path.getsize(path), "sha256": hashlib.sha256(open(path, "rb").read()).hexdigest()}), flush=True)


if __name__ == "__main__":
    main()
