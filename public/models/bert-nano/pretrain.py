#!/usr/bin/env python3
"""Pretrain bert-nano: a small BERT on the sentences of the village, as BERT was: hidden words, and whether one sentence follows another.

    python3 pretrain.py ../../data/village OUT --steps 400 --seed 1

It sees the training splits alone and no label, score, tag or answer. The tokenizer is made here too, by a rule: every word of these texts, and
every letter by itself, so that any other word is spelled. Needs torch and transformers.
"""
import argparse
import csv
import hashlib
import json
import os
import string
import time
from collections import Counter

import torch
import torch.nn.functional as F
from transformers import BertConfig, BertForPreTraining

SPECIAL = ["[PAD]", "[UNK]", "[CLS]", "[SEP]", "[MASK]"]
PAD, UNK, CLS, SEP, MASK = range(5)
IGNORED = -100
SIZES = dict(hidden_size=128, num_hidden_layers=2, num_attention_heads=4, intermediate_size=256, max_position_embeddings=64)


# ---------------------------------------------------------------- the texts
def rows(folder, name, split):
    with open(os.path.join(folder, name, f"{split}.csv"), encoding="utf-8") as f:
        return list(csv.DictReader(f))


def lines(folder, name, file):
    with open(os.path.join(folder, name, file), encoding="utf-8") as f:
        return f.read().splitlines()


def texts(folder, split):
    """(first, second or None, whether the second may be swapped for another's, to be told apart)"""
    out = [(row["text"], None, False) for row in rows(folder, "moods", split)]
    out += [(" ".join(json.loads(line)["tokens"]), None, False) for line in lines(folder, "tags", f"{split}.jsonl")]
    out += [(row["sentence1"], row["sentence2"], False) for row in rows(folder, "alike", split)]
    out += [(row["passage"], row["question"], True) for row in rows(folder, "questions", split)]
    for line in lines(folder, "stories", f"{split}.txt"):
        first, dot, second = line.partition(" . ")
        out.append((f"{first} .", second, True) if dot else (line, None, False))
    return out


# ---------------------------------------------------------------- the tokenizer
def make_tokenizer(all_texts):
    """WordPiece: the words, the commonest first, behind the letters that spell all others."""
    words = Counter(word for first, second, _ in all_texts for text in (first, second or "") for word in text.split())
    pieces = [*string.punctuation, *string.digits, *string.ascii_lowercase, *(f"##{c}" for c in string.digits + string.ascii_lowercase)]
    whole = sorted((word for word in words if word not in pieces), key=lambda word: (-words[word], word))
    vocab = {token: i for i, token in enumerate([*SPECIAL, *pieces, *whole])}
    added = [dict(id=i, content=token, single_word=False, lstrip=False, rstrip=False, normalized=False, special=True) for i, token in enumerate(SPECIAL)]
    return {
        "version": "1.0", "truncation": None, "padding": None, "added_tokens": added,
        "normalizer": {"type": "BertNormalizer", "clean_text": True, "handle_chinese_chars": True, "strip_accents": None, "lowercase": True},
        "pre_tokenizer": {"type": "BertPreTokenizer"},
        "post_processor": {
            "type": "TemplateProcessing",
            "single": [{"SpecialToken": {"id": "[CLS]", "type_id": 0}}, {"Sequence": {"id": "A", "type_id": 0}}, {"SpecialToken": {"id": "[SEP]", "type_id": 0}}],
            "pair": [{"SpecialToken": {"id": "[CLS]", "type_id": 0}}, {"Sequence": {"id": "A", "type_id": 0}}, {"SpecialToken": {"id": "[SEP]", "type_id": 0}},
                     {"Sequence": {"id": "B", "type_id": 1}}, {"SpecialToken": {"id": "[SEP]", "type_id": 1}}],
            "special_tokens": {token: {"id": token, "ids": [i], "tokens": [token]} for token, i in (("[CLS]", CLS), ("[SEP]", SEP))},
        },
        "decoder": {"type": "WordPiece", "prefix": "##", "cleanup": True},
        "model": {"type": "WordPiece", "unk_token": "[UNK]", "continuing_subword_prefix": "##", "max_input_chars_per_word": 100, "vocab": vocab},
    }


TOKENIZER_CONFIG = {
    "tokenizer_class": "BertTokenizerFast", "do_lower_case": True, "model_max_length": SIZES["max_position_embeddings"],
    "pad_token": "[PAD]", "unk_token": "[UNK]", "cls_token": "[CLS]", "sep_token": "[SEP]", "mask_token": "[MASK]",
}


def write_json(out, name, body, **how):
    with open(os.path.join(out, name), "w", encoding="utf-8") as f:
        f.write(json.dumps(body, ensure_ascii=False, **how) + "\n")


# ---------------------------------------------------------------- batches
def encoded(vocab, first, second):
    """What tokenizer.json makes of texts whose words it all has: ids and types."""
    a = [CLS, *(vocab[word] for word in first.split()), SEP]
    b = [*(vocab[word] for word in second.split()), SEP] if second else []
    return a + b, [0] * len(a) + [1] * len(b)


def batch_of(vocab, all_texts, chosen, gen):
    """A batch with a fifth of its words hidden, and half of the seconds that may be swapped swapped."""
    draw = lambda: torch.rand(1, generator=gen).item()
    rows, follows = [], []
    swappable = [second for _, second, swap in all_texts if swap]
    for i in chosen:
        first, second, swap = all_texts[i]
        other = swap and draw() < 0.5
        if other:
            second = swappable[int(draw() * len(swappable))]
        rows.append(encoded(vocab, first, second))
        follows.append(int(other) if swap else IGNORED)
    longest = max(len(ids) for ids, _ in rows)
    filled = lambda part: torch.tensor([row[part] + [PAD] * (longest - len(row[part])) for row in rows])
    ids = filled(0)
    x = {"token_type_ids": filled(1), "attention_mask": (ids != PAD).long()}
    words = ids >= len(SPECIAL)
    score = torch.where(words, torch.rand(ids.shape, generator=gen), 2.0)
    # At least one of each row.
    hidden = (score < 0.2) | (score == score.min(1, keepdim=True).values)
    labels = torch.where(hidden, ids, IGNORED)
    kind = torch.rand(ids.shape, generator=gen)
    x["input_ids"] = torch.where(hidden & (kind < 0.8), MASK, torch.where(hidden & (kind > 0.9), torch.randint(len(SPECIAL), len(vocab), ids.shape, generator=gen), ids))
    return x, labels, torch.tensor(follows)


def losses(model, x, labels, follows):
    with torch.autocast("cpu", torch.bfloat16):
        out = model(**x)
    words = F.cross_entropy(out.prediction_logits.float().flatten(0, 1), labels.flatten(), ignore_index=IGNORED)
    order = F.cross_entropy(out.seq_relationship_logits.float(), follows, ignore_index=IGNORED) if (follows >= 0).any() else torch.zeros(())
    return words, order, out


@torch.no_grad()
def measured(model, vocab, held):
    """On texts that it has not seen: loss and accuracy on hidden words, and accuracy on what follows what."""
    model.eval()
    gen = torch.Generator().manual_seed(0)
    sums = Counter()
    for at in range(0, len(held), 50):
        x, labels, follows = batch_of(vocab, held, range(at, min(at + 50, len(held))), gen)
        words, _, out = losses(model, x, labels, follows)
        n = (labels >= 0).sum().item()
        sums.update(n=n, loss=words.item() * n, right=((out.prediction_logits.argmax(-1) == labels) & (labels >= 0)).sum().item())
        asked = follows >= 0
        sums.update(pairs=asked.sum().item(), told=((out.seq_relationship_logits.argmax(-1) == follows) & asked).sum().item())
    model.train()
    return {"hidden words, loss": round(sums["loss"] / sums["n"], 3), "accuracy": round(sums["right"] / sums["n"], 3), "what follows, accuracy": round(sums["told"] / sums["pairs"], 3)}


def main():
    ap = argparse.ArgumentParser()
    ap.add_argument("data", help="the folder of the village's sets")
    ap.add_argument("out")
    ap.add_argument("--steps", type=int, default=400)
    ap.add_argument("--batch", type=int, default=32)
    ap.add_argument("--lr", type=float, default=1.5e-3)
    ap.add_argument("--seed", type=int, default=1)
    a = ap.parse_args()
    torch.set_num_threads(1)
    torch.manual_seed(a.seed)
    gen = torch.Generator().manual_seed(a.seed)
    os.makedirs(a.out, exist_ok=True)

    train, held = texts(a.data, "train"), texts(a.data, "validation")
    tokenizer = make_tokenizer(train)
    vocab = tokenizer["model"]["vocab"]
    write_json(a.out, "tokenizer.json", tokenizer, separators=(",", ":"))
    write_json(a.out, "tokenizer_config.json", TOKENIZER_CONFIG, indent=2)

    model = BertForPreTraining(BertConfig(vocab_size=len(vocab), pad_token_id=PAD, hidden_dropout_prob=0.0, attention_probs_dropout_prob=0.0, initializer_range=0.05, **SIZES))
    print(len(train), "texts,", len(vocab), "tokens,", sum(p.numel() for p in model.parameters()), "parameters", flush=True)
    decay = [p for p in model.parameters() if p.ndim == 2]
    plain = [p for p in model.parameters() if p.ndim != 2]
    opt = torch.optim.AdamW([{"params": decay, "weight_decay": 0.01}, {"params": plain, "weight_decay": 0.0}], lr=a.lr, betas=(0.9, 0.98), fused=True)
    start, run = time.time(), []
    for step in range(a.steps):
        for group in opt.param_groups:
            group["lr"] = a.lr * min((step + 1) / 40, (a.steps - step) / max(1, a.steps - 40))
        x, labels, follows = batch_of(vocab, train, torch.randint(len(train), (a.batch,), generator=gen).tolist(), gen)
        words, order, _ = losses(model, x, labels, follows)
        opt.zero_grad()
        (words + order).backward()
        torch.nn.utils.clip_grad_norm_(model.parameters(), 1.0)
        opt.step()
        run.append((words.item(), order.item()))
        if (step + 1) % 50 == 0:
            print(json.dumps({"step": step + 1, "hidden words": round(sum(w for w, _ in run) / len(run), 3), "what follows": round(sum(o for _, o in run) / len(run), 3), "minutes": round((time.time() - start) / 60, 1)}), flush=True)
            run = []

    model.half().save_pretrained(a.out, safe_serialization=True)
    kept = BertForPreTraining.from_pretrained(a.out, torch_dtype=torch.float32)
    path = os.path.join(a.out, "model.safetensors")
    print(json.dumps({**measured(kept, vocab, held), "bytes": os.path.getsize(path), "sha256": hashlib.sha256(open(path, "rb").read()).hexdigest()}), flush=True)


if __name__ == "__main__":
    main()
