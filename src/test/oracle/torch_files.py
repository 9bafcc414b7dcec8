"""Writes src/test/resources/org/saccade/network/torch: other ways in which people save networks.

The thin ResNet of architectures.py, scripted, frozen and in the archive layouts of older PyTorch
versions; and networks that cannot be explained, or not without being told more.

Needs torch 2.13. Run from the project's root: python src/test/oracle/torch_files.py
"""

import gzip
import io
import pathlib
import warnings
import zipfile

import torch
import torch.nn.functional as F
from architectures import NETWORKS, inputs, randomize, without_debug_records
from torch import nn
from torch._export.serde.serialize import serialize

TARGET = pathlib.Path("src/test/resources/org/saccade/network/torch")


def thin_resnet():
    definition, shape, _ = NETWORKS["resnet-basic"]
    index = list(NETWORKS).index("resnet-basic")
    torch.manual_seed(index)
    model = definition().eval()
    randomize(model, torch.Generator().manual_seed(1000 + index))
    return model, inputs("resnet-basic", shape, 2)


def write(name, content):
    (TARGET / f"{name}.gz").write_bytes(gzip.compress(content, 9, mtime=0))


def script(name, model):
    buffer = io.BytesIO()
    torch.jit.save(model, buffer)
    path = TARGET / name
    path.write_bytes(buffer.getvalue())
    without_debug_records(path)
    write(name, path.read_bytes())
    path.unlink()


def program(model, x, **options):
    batch = torch.export.Dim("batch", min=1, max=64)
    return torch.export.export(model, (x,), dynamic_shapes=({0: batch},), **options)


def save(name, exported):
    exported.example_inputs = None
    buffer = io.BytesIO()
    torch.export.save(exported, buffer)
    write(name, buffer.getvalue())


def old_layouts(exported):
    artifact = serialize(exported)
    parts = {
        "serialized_exported_program.json": artifact.exported_program,
        "serialized_state_dict.pt": artifact.state_dict,
        "serialized_constants.pt": artifact.constants,
        "version": b"8.2",
    }
    archive("layout-2.5.pt2", parts)
    parts = {
        "model/archive_format": b"pt2",
        "model/archive_version": b"0",
        "model/models/model.json": artifact.exported_program,
        "model/data/weights/model.pt": artifact.state_dict,
        "model/data/constants/model.pt": artifact.constants,
    }
    archive("layout-2.8.pt2", parts)
    future = artifact.exported_program.replace(b'"major": 8', b'"major": 9')
    archive("layout-unknown.pt2", parts | {"model/models/model.json": future})


def archive(name, parts):
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w") as zipped:
        for entry, content in parts.items():
            zipped.writestr(entry, content)
    write(name, buffer.getvalue())


class Attention(nn.Module):
    def __init__(self):
        super().__init__()
        self.tokens = nn.Conv2d(3, 8, 4, 4)
        self.query = nn.Linear(8, 8)
        self.key = nn.Linear(8, 8)
        self.head = nn.Linear(8, 5)

    def forward(self, x):
        t = self.tokens(x).flatten(2).transpose(1, 2)
        weights = torch.softmax(self.query(t) @ self.key(t).transpose(1, 2), -1)
        return self.head((weights @ t).mean(1))


class TwoHeads(nn.Module):
    def __init__(self, as_dictionary):
        super().__init__()
        self.as_dictionary = as_dictionary
        self.body = nn.Conv2d(3, 8, 3, 2)
        self.scores = nn.Linear(8, 5)
        self.boxes = nn.Linear(8, 4)

    def forward(self, x):
        v = F.relu(self.body(x)).mean((2, 3))
        if self.as_dictionary:
            return {"scores": self.scores(v), "boxes": self.boxes(v)}
        return self.scores(v), self.boxes(v)


class WordsAndTuple(nn.Module):
    """Padding given by a word, and a tuple of results."""

    def __init__(self):
        super().__init__()
        self.first = nn.Conv2d(3, 4, (3, 2), padding="same")
        self.second = nn.Conv2d(4, 6, 3, padding="valid")
        self.scores = nn.Linear(6, 5)
        self.boxes = nn.Linear(6, 4)

    def forward(self, x):
        v = F.relu(self.second(F.relu(self.first(x)))).mean((2, 3))
        return self.scores(v), self.boxes(v)


class MultiHeadAttention(nn.Module):
    def __init__(self):
        super().__init__()
        self.tokens = nn.Conv2d(3, 8, 4, 4)
        self.attention = nn.MultiheadAttention(8, 2, batch_first=True)
        self.head = nn.Linear(8, 5)

    def forward(self, x):
        t = self.tokens(x).flatten(2).transpose(1, 2)
        return self.head(self.attention(t, t, t, need_weights=False)[0].mean(1))


class Brightness(nn.Module):
    """Control flow that depends on the image."""

    def __init__(self):
        super().__init__()
        self.body = nn.Conv2d(3, 5, 3)

    def forward(self, x):
        if x.mean() > 0:
            x = -x
        return self.body(x).mean((2, 3))


class InPlace(nn.Module):
    """Changes a slice in place and reads the whole afterwards."""

    def __init__(self):
        super().__init__()
        self.body = nn.Conv2d(3, 5, 3)

    def forward(self, x):
        x = self.body(x)
        x[:, :2].relu_()
        return x.mean((2, 3))


class BatchMean(nn.Module):
    def __init__(self):
        super().__init__()
        self.body = nn.Conv2d(3, 5, 3)

    def forward(self, x):
        x = self.body(x)
        return (x - x.mean(0, keepdim=True)).mean((2, 3))


class Flipped(nn.Module):
    def __init__(self):
        super().__init__()
        self.scores = nn.Linear(12, 2, bias=False)
        self.scores.weight.data = torch.arange(24.0).reshape(2, 12) % 7

    def forward(self, x):
        return self.scores(x.flip(1, -1).flatten(1))


def main():
    warnings.simplefilter("ignore")
    TARGET.mkdir(parents=True, exist_ok=True)
    model, x = thin_resnet()
    scripted = torch.jit.script(model)
    script("scripted.pt", scripted)
    script("frozen.pt", torch.jit.freeze(scripted))
    exported = program(model, x)
    exported.example_inputs = None
    old_layouts(exported)
    save("decomposed.pt2", program(model, x).run_decompositions())
    x = torch.randn(2, 3, 16, 16, generator=torch.Generator().manual_seed(1))
    torch.manual_seed(1)
    save("attention.pt2", program(Attention().eval(), x))
    script("attention.pt", torch.jit.trace(Attention().eval(), x))
    save("two-heads.pt2", program(TwoHeads(False).eval(), x))
    script("two-heads.pt", torch.jit.trace(TwoHeads(True).eval(), x, strict=False))
    save("training.pt2", program(nn.Sequential(nn.Conv2d(3, 5, 3), nn.Dropout(), nn.Flatten()), x))
    script("brightness.pt", torch.jit.script(Brightness().eval()))
    script("in-place.pt", torch.jit.trace(InPlace().eval(), x))
    x_12 = torch.arange(24.0).reshape(2, 3, 2, 2) ** 0.5
    save("flipped.pt2", program(Flipped().eval(), x_12))
    script("flipped.pt", torch.jit.trace(Flipped().eval(), x_12))
    print("flipped:", Flipped()(x_12).tolist())
    save("batch-mean.pt2", program(BatchMean().eval(), x))
    buffer = io.BytesIO()
    torch.save(nn.Linear(3, 2).state_dict(), buffer)
    write("state-dictionary.pt", buffer.getvalue())
    torch.manual_seed(2)
    model, x = WordsAndTuple().eval(), torch.randn(2, 3, 8, 8)
    save("tuple.pt2", program(model, x))
    script("tuple.pt", torch.jit.trace(model, x))
    script("tuple-scripted.pt", torch.jit.script(model))
    save("multi-head-attention.pt2", program(MultiHeadAttention().eval(), x))


if __name__ == "__main__":
    main()
