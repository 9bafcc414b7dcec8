"""Writes src/test/resources/org/saccade/network/onnx/operators.zip: operator tests of newer ONNX versions.

    python src/test/oracle/onnx_operators.py        (numpy, onnx 1.12)

The cases come with the onnx package, their results computed by NumPy there (operator sets 13 to 17).
The first input stays the input; the others, given by the cases as inputs too, become stored weights.
"""

import pathlib
import warnings
import zipfile

import numpy as np

# onnx 1.12 still uses names that newer versions of NumPy dropped.
for name, value in {
    "float": float, "bool": bool, "int": int, "object": object, "float_": np.float64,
    "NINF": -np.inf, "PINF": np.inf, "NAN": np.nan, "Inf": np.inf, "product": np.prod,
}.items():
    if name not in np.__dict__:
        setattr(np, name, value)

from onnx import ModelProto, numpy_helper  # noqa: E402
from onnx.backend.test.case.node import collect_testcases  # noqa: E402

TARGET = pathlib.Path("src/test/resources/org/saccade/network/onnx/operators.zip")
LARGEST = 20_000
OPERATORS = set(
    """Conv ConvTranspose MaxPool AveragePool GlobalAveragePool GlobalMaxPool BatchNormalization
    InstanceNormalization LayerNormalization LRN Relu LeakyRelu PRelu Elu Selu Celu Sigmoid
    HardSigmoid HardSwish Tanh Softplus Softsign Clip Exp Log Sqrt Abs Neg Erf Softmax LogSoftmax Add
    Sum Sub Mul Div Max Min Pow Mean Reciprocal Concat Split Slice Pad Flatten Reshape Squeeze
    Unsqueeze Transpose DepthToSpace SpaceToDepth Resize ReduceMean ReduceSum ReduceMax Gather
    Identity Dropout Gemm MatMul""".split()
)


def converted(case):
    """The case with its further inputs stored, its input and its outputs; None if it has no batch."""
    (inputs, outputs), nodes = case.data_sets[0], case.model.graph.node
    arrays = [a for a in list(inputs) + list(outputs) if isinstance(a, np.ndarray)]
    fits = (
        len(case.data_sets) == 1
        and {node.op_type for node in nodes} <= OPERATORS
        and len(arrays) == len(inputs) + len(outputs)
        and sum(a.nbytes for a in arrays) <= LARGEST
        and case.model.opset_import[0].version >= 6
        and inputs and inputs[0].ndim > 1 and inputs[0].dtype == np.float32
        and all(o.ndim > 0 and o.shape[0] == inputs[0].shape[0] for o in outputs)
    )
    if not fits:
        return None
    model = ModelProto()
    model.CopyFrom(case.model)
    for info, value in list(zip(case.model.graph.input, inputs))[1:]:
        model.graph.initializer.append(numpy_helper.from_array(value, info.name))
    return model, numpy_helper.from_array(inputs[0]), [numpy_helper.from_array(o) for o in outputs]


def main():
    with zipfile.ZipFile(TARGET, "w", zipfile.ZIP_DEFLATED) as archive:
        for case in sorted(collect_testcases(None), key=lambda c: c.name):
            found = converted(case)
            if found:
                model, value, outputs = found
                parts = {"model.onnx": model, "input.pb": value}
                parts.update({f"output_{i}.pb": o for i, o in enumerate(outputs)})
                for part, message in parts.items():
                    entry = zipfile.ZipInfo(f"{case.name}/{part}")
                    archive.writestr(entry, message.SerializeToString(), zipfile.ZIP_DEFLATED)


warnings.simplefilter("ignore")
main()
