#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""fit_area.py TRITSIM [FILE...]

Fits the logic cells of the primitives of the area law to the points of synthesis files that are
marked `fitted`: least squares of relative errors, no cost below zero. Prints every cost with the
ends that it takes when one kind of part is left out of the fit, and the errors on all points. Needs
scipy. The costs are kept in configs/coefficients/area_*.yaml."""
import json
import subprocess
import sys

import numpy
from scipy.optimize import nnls

COSTS = ["adder_bit", "accumulator_bit", "select_bit", "decoded_byte", "table_cell"]
FEW = 30  # as PartVerdict::few


def fit(points):
    """Costs that make counts x cost + memory_cells come near the LUTs."""
    rows = numpy.array([[float(p["counts"][c]) for c in COSTS] for p in points])
    luts = numpy.array([float(p["luts"]) for p in points])
    memory = numpy.array([float(p["counts"]["memory_cells"]) for p in points])
    return nnls(rows / luts[:, None], (luts - memory) / luts)[0]


def errors(points, costs):
    out = []
    for p in points:
        law = sum(float(p["counts"][c]) * cost for c, cost in zip(COSTS, costs)) + float(p["counts"]["memory_cells"])
        out.append((law / float(p["luts"]) - 1, p))
    return out


def main(tritsim, files):
    text = subprocess.run([tritsim, "validate", "--json", *files], capture_output=True, text=True).stdout
    points = [p for p in json.loads(text)["parts"]
              if p["obtained"] == "open_synthesis" and float(p["luts"]) >= FEW]
    fitted = [p for p in points if p["fitted"]]
    costs = fit(fitted)
    without = [fit([p for p in fitted if p["part"] != part]) for part in sorted({p["part"] for p in fitted})]
    for i, name in enumerate(COSTS):
        ends = [w[i] for w in without if w[i] > 0]
        print(f"{name}: {costs[i]:.3g} ({min(ends):.3g} - {max(ends):.3g})")
    for error, p in errors(points, costs):
        mark = "fitted" if p["fitted"] else "      "
        print(f"{mark} {100 * error:+6.1f} % {p['luts']:>6} {p['part']}: {p['parameters']}")
    judged = sorted(abs(e) for e, p in errors(points, costs) if not p["fitted"])
    print(f"not fitted: median {100 * judged[len(judged) // 2]:.1f} %, "
          f"nine of ten {100 * judged[int(0.9 * len(judged))]:.1f} %, worst {100 * judged[-1]:.1f} %")


if len(sys.argv) < 2:
    sys.exit(__doc__)
main(sys.argv[1], sys.argv[2:])
