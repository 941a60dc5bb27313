# /// script
# requires-python = ">=3.10"
# dependencies = ["torch>=2.5,<3", "torchvision>=0.20,<1", "transformers>=4.45,<5.17", "peft>=0.18,<0.21", "accelerate>=1.1,<2", "numpy>=1.26,<3", "pillow>=10.1,<13"]
# ///
"""Says what pictures show, with the weights that were trained in the browser, or with those that train.py has saved.

    pip install -r requirements.txt, or uv run, which reads the lines above
    python predict.py PICTURE ...                    a line for each: the most probable class, and how probable it is
    python predict.py FOLDER --top 3                 all pictures in it, the three most probable classes of each
    python predict.py PICTURE --weights trained      with what train.py saved
"""
import argparse
import pathlib

import torch
import transformers
from PIL import Image, ImageOps, UnidentifiedImageError
from safetensors.torch import load_file

import train

ENDINGS = {".bmp", ".gif", ".jpeg", ".jpg", ".png", ".tif", ".tiff", ".webp"}


def pictures(paths):
    """The files themselves, and those in folders that are called as pictures are."""
    for path in paths:
        yield from sorted(file for file in path.rglob("*") if file.suffix.lower() in ENDINGS) if path.is_dir() else [path]


def load(weights, experiment, classes):
    """The model with its trained weights."""
    if weights is None:
        return train.load(experiment, classes, fresh=False)
    if experiment["kind"] == "adapter":
        train.FOLDER = weights
        return train.load(experiment, classes, fresh=False)
    return getattr(transformers, experiment["architecture"]).from_pretrained(weights).float()


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("pictures", nargs="+", type=pathlib.Path, help="pictures, or folders of them")
    parser.add_argument("--weights", type=pathlib.Path, help="folder that train.py saved; what was trained in the browser when left out")
    parser.add_argument("--top", type=int, default=1, help="number of classes that are named of each picture")
    given = parser.parse_args()

    experiment, split = train.read("experiment.json"), train.read("split.json")
    classes = experiment.get("classes", split.get("classes"))
    head = load_file(train.HERE / "head.safetensors")["head_weight"] if (train.HERE / "head.safetensors").exists() else None
    device = "cuda" if torch.cuda.is_available() else "cpu"
    model = train.Classifier(load(given.weights and given.weights.resolve(), experiment, classes), head, experiment["image_size"]).eval().to(device)
    processor = transformers.AutoImageProcessor.from_pretrained(train.HERE / "preprocess", **train.pillow())
    failed = 0
    for path in pictures(given.pictures):
        try:
            image = ImageOps.exif_transpose(Image.open(path)).convert("RGB")
        except (OSError, UnidentifiedImageError) as error:
            failed += 1
            print(f"{path}: cannot be read ({error})")
            continue
        with torch.no_grad():
            shares = model(processor(images=[image], return_tensors="pt")["pixel_values"].to(device))[0].softmax(-1)
        best = shares.topk(min(max(1, given.top), len(classes)))
        print(f"{path}: " + ", ".join(f"{classes[i]} {100 * share:.1f} %" for share, i in zip(best.values.tolist(), best.indices.tolist())))
    if failed:
        raise SystemExit(1)


if __name__ == "__main__":
    main()
