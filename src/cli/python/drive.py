"""Opens, compares and repeats with torch, transformers and PEFT what `npm run check:python` has written.

    python drive.py CASES.json

CASES.json lists folders and what the engine says of them (write.ts). Each case becomes one line of JSON on standard output:
what was run, the largest difference relative to the largest logit, and what is wrong. The libraries are imported once, and
the scripts of the folders run by runpy; a case that is marked `alone` starts them as a person would.
"""
import contextlib
import io
import json
import pathlib
import re
import runpy
import subprocess
import sys
import traceback

import torch
import transformers
from PIL import Image
from safetensors import safe_open
from safetensors.torch import load_file, save_file

torch.set_num_threads(1)
transformers.utils.logging.set_verbosity_error()

CLOSE = 5e-5  # of the largest logit: the same weights
REPEATED = 5e-3  # of the largest logit: weights that were trained here and there
LOSS = 6e-5  # what is printed is rounded to 4 places


class Wrong(Exception):
    """What a case is failed for, in a sentence."""


def python(script, *arguments, alone=False, launcher=(), at=None):
    """Runs a script; its exit code and what it said."""
    arguments = [str(a) for a in arguments]
    if alone:
        done = subprocess.run([sys.executable, *launcher, str(script), *arguments], capture_output=True, text=True, cwd=at)
        return done.returncode, done.stdout + done.stderr
    said, code, argv = io.StringIO(), 0, sys.argv
    sys.argv = [str(script), *arguments]
    try:
        with contextlib.redirect_stdout(said), contextlib.redirect_stderr(said), contextlib.chdir(at or "."):
            runpy.run_path(str(script), run_name="__main__")
    except SystemExit as end:
        code = end.code if isinstance(end.code, int) else 1 if end.code else 0
        said.write(end.code if isinstance(end.code, str) else "")
    except Exception:  # it is the case that fails, and the others go on
        code = 1
        said.write(traceback.format_exc())
    finally:
        sys.argv = argv
    return code, said.getvalue()


def tail(said):
    return " / ".join(line.strip() for line in said.strip().splitlines()[-3:])[-400:]


def must(code, said, what):
    if code:
        raise Wrong(f"{what} ended with {code}: {tail(said)}")
    return said


def relative(got, want):
    if got.shape != want.shape:
        raise Wrong(f"logits {tuple(got.shape)}, {tuple(want.shape)} expected")
    return ((got - want).abs().max() / want.abs().max()).item()


def near(difference, limit, what):
    if not difference <= limit:
        raise Wrong(f"{what} differs by {difference:.1e} of the largest logit")
    return difference


def too_old(case):
    """The version of transformers that the folders must name where this one lacks the model."""
    return None if hasattr(transformers, case["architecture"]) else f"no {case['architecture']}"


def check_adapter(case):
    code, said = python(pathlib.Path(case["adapter"]) / "check.py", case["base"], alone=case["alone"])
    if too_old(case):
        if code == 0 or too_old(case) not in said or "4.48" not in said:
            raise Wrong(f"check.py does not say that this transformers is too old: {tail(said)}")
        return None
    must(code, said, "check.py")
    return near(float(re.search(r"\((\S+) of the largest", said)[1]), CLOSE, "the adapter under PEFT")


def card_code(folder):
    """The lines of Python that the folder's card gives."""
    return re.search(r"```python\n(.*?)```", (folder / "README.md").read_text(encoding="utf-8"), re.S)[1]


def run_card(folder):
    """Runs a card's lines as they stand, in its folder; what they define. Which tokens a text has is asked elsewhere: the lines that read one are left out."""
    Image.new("RGB", (20, 20), (200, 80, 40)).save(folder / "image.jpg")
    code = card_code(folder)
    if "AutoTokenizer" in code:
        code = re.sub(r"^(tokenizer|inputs|print)\b.*$", "", code, flags=re.M)
    names = {}
    with contextlib.chdir(folder), contextlib.redirect_stdout(io.StringIO()):
        exec(compile(code, "README.md", "exec"), names)
    return names


def check_adapter_card(case):
    """The card's lines load a model that computes the same, called as they say."""
    folder = pathlib.Path(case["adapter"])
    if needed(folder) > here():
        return None
    if case["alone"]:
        must(*python("-c", card_code(folder), alone=True, at=folder), "the card")
    return near(by_card(case, folder, run_card(folder)["model"]), CLOSE, "the adapter by its card")


def by_card(case, folder, model):
    probe = load_file(case["probe"])
    options = {"interpolate_pos_encoding": True} if "interpolate_pos_encoding=True" in card_code(folder) else {}
    model = model.eval().float()
    with torch.no_grad():
        if "pixel_values" not in probe:
            inputs = {name: probe[name].long() for name in ("input_ids", "attention_mask", "token_type_ids") if name in probe}
            got, want = model(**inputs).logits, probe["logits"]
            # What is said of padding is nobody's.
            shown = inputs["attention_mask"].bool() if want.dim() == 3 else slice(None)
            return relative(got[shown], want[shown])
        if "head_weight" not in probe:
            return relative(model(pixel_values=probe["pixel_values"], **options).logits, probe["logits"])
        core = model.get_base_model() if hasattr(model, "get_base_model") else model
        features = core.get_image_features(pixel_values=probe["pixel_values"], **options)
        features = getattr(features, "pooler_output", features)
        difference = relative(features / features.norm(dim=-1, keepdim=True) @ probe["head_weight"].T, probe["logits"])
        if "input_ids" not in probe:
            return difference
        features = core.get_text_features(input_ids=probe["input_ids"].long())
        features = getattr(features, "pooler_output", features)
        return max(difference, relative(core.logit_scale.exp() * features / features.norm(dim=-1, keepdim=True), probe["head_weight"]))


def needed(folder):
    """The version that a card says its lines need, as numbers."""
    found = re.findall(r"transformers (\d+)\.(\d+) or newer", (folder / "README.md").read_text(encoding="utf-8"))
    return max((tuple(map(int, version)) for version in found), default=(0, 0))


def here():
    return tuple(map(int, transformers.__version__.split(".")[:2]))


def check_merged(case):
    folder = pathlib.Path(case["merged"])
    if needed(folder) > here():  # a person is told, and can do nothing else
        return None
    model, told = getattr(transformers, case["automatic"]).from_pretrained(folder, output_loading_info=True)
    # A classifier on CLIP leaves the text side aside, which the file keeps.
    beside = [key for key in told["unexpected_keys"] if not re.match("text_|visual_projection|logit_scale", key)]
    wrong = {kind: list(keys) for kind, keys in {**told, "unexpected_keys": beside}.items() if keys}
    if wrong:
        raise Wrong(f"the merged model opens with {wrong}")
    if type(model).__name__ != case["architecture"]:
        raise Wrong(f"the merged model opens as {type(model).__name__}, not {case['architecture']}")
    if "Classification" in case["automatic"] and [model.config.id2label[i] for i in range(len(case["labels"]))] != case["labels"]:
        raise Wrong(f"the merged model's classes are {model.config.id2label}")
    types = {str(p.dtype) for p in model.parameters()}
    # What a person gets is what the card's lines load, in the type that this version loads it in.
    difference = by_card(case, folder, run_card(folder)["model"])
    return near(difference, CLOSE if types == {"torch.float32"} else 2e-3, "the merged model")


def losses_of(said):
    return [float(loss) for loss in re.findall(r"^step \d+/\d+  loss (\S+)$", said, re.M)]


def same_losses(said, case, what):
    got, want = losses_of(said), case["losses"]
    if len(got) != len(want):
        raise Wrong(f"{what} made {len(got)} steps, not {len(want)}: {tail(said)}")
    for step, (a, b) in enumerate(zip(got[: case["same"]], want), 1):
        if not abs(a - b) <= LOSS * max(1, abs(b)):
            raise Wrong(f"{what}: loss {a} in step {step}, the engine's is {b:.4f}")


def check_bundle(case):
    """train.py repeats the run, and its result is what the engine came to."""
    bundle, out = pathlib.Path(case["bundle"]), pathlib.Path(case["out"])
    code, said = python(bundle / "train.py", "--out", out, alone=case["alone"])
    if too_old(case):
        if code == 0 or too_old(case) not in said:
            raise Wrong(f"train.py does not say that this transformers is too old: {tail(said)}")
        return None
    same_losses(must(code, said, "train.py"), case, "train.py")
    accuracy = float(re.search(r"^after: test accuracy (\S+)$", said, re.M)[1])
    repeats = case["same"] >= len(case["losses"])
    if repeats and abs(accuracy - case["accuracy"]) > 1e-4:
        raise Wrong(f"train.py ends with an accuracy of {accuracy}, the engine with {case['accuracy']}")
    probe = load_file(case["probe"])
    model = reopened(case, out, bundle)
    logits = logits_by(bundle, model, probe)
    save_file({"logits": logits.contiguous()}, out / "logits.safetensors")
    return near(relative(logits, probe["logits"]), REPEATED, "what train.py has trained") if repeats else None


def reopened(case, out, bundle):
    """What train.py has saved, as another program opens it."""
    if (out / "adapter_config.json").exists():
        check = runpy.run_path(str(bundle / "adapter" / "check.py"), run_name="check")
        config = json.loads((out / "adapter_config.json").read_text(encoding="utf-8"))
        return check["load"](out, config, str(bundle / "base"))
    model, told = getattr(transformers, case["architecture"]).from_pretrained(out, output_loading_info=True)
    if told["missing_keys"]:
        raise Wrong(f"what train.py saved lacks {told['missing_keys']}")
    return model.float().eval()


def logits_by(bundle, model, probe):
    classifier = runpy.run_path(str(bundle / "train.py"), run_name="train")["Classifier"]
    with torch.no_grad():
        return classifier(model, probe.get("head_weight"), probe["pixel_values"].shape[-1]).eval()(probe["pixel_values"])


def check_fresh(case):
    """--fresh learns, and its random bases are those of the run."""
    bundle, out = pathlib.Path(case["bundle"]), pathlib.Path(case["out"] + "-fresh")
    code, said = python(bundle / "train.py", "--fresh", "--steps", 1, "--out", out)
    if too_old(case):
        return None
    must(code, said, "train.py --fresh")
    if not (bundle / "adapter").exists():
        return None
    with safe_open(bundle / "adapter" / "adapter_model.safetensors", "pt") as before, safe_open(out / "adapter_model.safetensors", "pt") as after:
        for name in before.keys():
            if re.fullmatch(r"base_model\.(vera|randlora)_[AB]", name) and not torch.equal(before.get_tensor(name), after.get_tensor(name)):
                raise Wrong(f"--fresh has other bases: {name}")
    return None


def check_launched(case):
    """Two processes make the same steps as one, and mixed precision makes nearly the same."""
    bundle, out = pathlib.Path(case["bundle"]), pathlib.Path(case["out"])
    launch = ["-m", "accelerate.commands.launch", "--cpu", "--num_machines", "1", "--dynamo_backend", "no"]
    two = must(*python(bundle / "train.py", "--out", out.with_suffix(".two"), alone=True, launcher=[*launch, "--num_processes", "2", "--mixed_precision", "no"]), "accelerate launch")
    same_losses(two, case, "train.py in two processes")
    mixed = must(*python(bundle / "train.py", "--out", out.with_suffix(".bf16"), alone=True, launcher=[*launch, "--num_processes", "1", "--mixed_precision", "bf16"]), "accelerate launch")
    if any(not abs(a - b) <= 0.1 for a, b in zip(losses_of(mixed), case["losses"], strict=True)):
        raise Wrong(f"in bf16 the losses are {losses_of(mixed)}, in float32 {case['losses']}")
    return None


CHECKS = {
    "check.py": (check_adapter, "adapter"),  # of images: texts' folders have none
    "card": (check_adapter_card, "adapter"),
    "merged": (check_merged, "merged"),
    "train.py": (check_bundle, "bundle"),
    "--fresh": (check_fresh, "bundle"),
    "2 processes, bf16": (check_launched, "bundle"),
}


def main():
    for case in json.loads(pathlib.Path(sys.argv[1]).read_text(encoding="utf-8")):
        ran, problems, differences = [], [], {}
        for name, (check, folder) in CHECKS.items():
            if not case[folder] or (check is check_launched and not case["alone"]) or (check is check_adapter and not (pathlib.Path(case["adapter"]) / "check.py").exists()):
                continue
            ran.append(name)
            try:
                difference = check(case)
                if difference is not None:
                    differences[name] = difference
            except Wrong as error:
                problems.append(str(error))
            except Exception:
                problems.append(f"{name}: {tail(traceback.format_exc())}")
        cards = [needed(pathlib.Path(case[folder])) for folder in ("adapter", "merged") if case[folder]]
        told = "transformers %d.%d or newer" % max(cards) if max(cards) > here() else ""
        print(json.dumps({"name": case["name"], "ran": ran, "differences": differences, "problems": problems, "old": bool(too_old(case)), "needs": told}), flush=True)


if __name__ == "__main__":
    main()
