#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""synthesise.py [--write | --check [N]] [FILE]

Synthesises the parts of tests/rtl/parts with Yosys for UltraScale+ (synth_xilinx -family xcup) and
counts what the netlist is made of. --write writes all points to FILE (some minutes); --check
synthesises the first N points of FILE that take under 2 s each (default 3) and compares them with
what FILE says; exit code 77 if Yosys is not installed or is another version.

Counted: LUTs (LUT1 - LUT6, distributed memory by the LUTs it takes; no inverters, which are absorbed
by the cells they feed), flip-flops, CARRY4 cells (Yosys maps carries to them on this family, two for
a CARRY8), DSP48E2, RAMB36E2 (a RAMB18E2 is half of one), shift registers as a LUT each. Depth: of
the slowest path between registers, memory blocks, DSP blocks and ports, the LUTs and CARRY4 cells on
it, where a LUT weighs as ten carries and a wide multiplexer as two. `ltp -noff` does not do: it takes
mapped flip-flops for logic."""
import collections
import json
import os
import re
import shutil
import subprocess
import sys
import tempfile

ROOT = os.path.dirname(os.path.dirname(os.path.abspath(__file__)))
PARTS = os.path.join(ROOT, "tests", "rtl", "parts")
FILE = os.path.join(ROOT, "configs", "measurements", "synthesis_xcup.yaml")
SKIPPED = 77

# Cells: LUTs that one takes, and its weight in a path (absent: a path ends there).
LUTRAM = {"RAM32X1S": 1, "RAM64X1S": 1, "RAM32X1D": 2, "RAM64X1D": 2, "RAM128X1D": 4, "RAM256X1D": 8,
          "RAM32M": 4, "RAM64M": 4, "RAM32M16": 8, "RAM64M8": 8, "RAM128X1S": 2, "RAM256X1S": 4}
WEIGHT = {**{f"LUT{n}": 10 for n in range(1, 7)}, **{name: 10 for name in LUTRAM},
          "CARRY4": 1, "CARRY8": 1, "MUXF7": 2, "MUXF8": 2, "MUXF9": 2, "INV": 0}

# Parameters of the points of each part. Every second point of a part, from the first one on, is one
# that the area law is fitted to; the others judge it.
POINTS = {
    "ternary_tree": [dict(N=n, W=w, ACC=32, SATURATE=s) for n, w, s in [
        (8, 8, 0), (16, 16, 0), (64, 8, 0), (32, 8, 1), (32, 16, 0), (128, 16, 0), (256, 8, 0),
        (8, 16, 1), (64, 16, 1), (512, 8, 0), (128, 8, 0), (1024, 8, 0)]],
    "ternary_lanes": [dict(N=n, W=w, ACC=a, SATURATE=s) for n, w, a, s in [
        (8, 8, 16, 1), (16, 8, 16, 1), (16, 8, 32, 0), (64, 8, 16, 1), (64, 16, 24, 1),
        (32, 16, 32, 0), (256, 8, 16, 0), (128, 8, 24, 1)]],
    "trit_decoder": [dict(N=n) for n in (1, 4, 8, 16)],
    "table_lookup": [dict(N=n, T=t, W=w) for n, t, w in [
        (4, 4, 8), (8, 4, 8), (16, 3, 8), (4, 5, 8), (32, 4, 16), (16, 4, 16)]],
    "bit_serial": [dict(N=n, ACC=a) for n, a in [(16, 24), (64, 24), (256, 32), (1024, 32)]],
    "mac_vector": [dict(ROWS=r, COLUMNS=c, A=8, W=w, ACC=32) for r, c, w in [
        (4, 1, 8), (16, 1, 8), (16, 4, 8), (8, 2, 4), (16, 2, 4), (32, 2, 4), (32, 1, 8), (8, 8, 8)]],
    "mac_systolic": [dict(ROWS=r, COLUMNS=c, A=8, W=w, ACC=32) for r, c, w in [
        (4, 4, 8), (8, 8, 8), (16, 4, 8), (4, 4, 4), (8, 8, 4), (4, 16, 4)]],
    "element_wise": [dict(VP=v, W=w, MULTIPLY=m, SIGMOID=s) for v, w, m, s in [
        (1, 16, 1, 1), (4, 16, 1, 1), (4, 8, 1, 1), (2, 16, 1, 2), (4, 16, 1, 2), (8, 16, 1, 1),
        (8, 8, 0, 0), (2, 8, 1, 0), (16, 16, 1, 1), (4, 16, 0, 1)]],
    "rms": [dict(VP=v, W=w, ACC=a) for v, w, a in [
        (1, 16, 48), (2, 16, 52), (4, 16, 52), (4, 8, 32), (8, 16, 56), (1, 8, 24)]],
    "load_store_unit": [dict(ADDRESS=a, PORT=p, CHUNK=c, OUTSTANDING=2) for a, p, c in [
        (32, 64, 16), (33, 128, 32), (40, 512, 64), (32, 256, 64), (32, 32, 8), (40, 512, 128)]],
    "vector_registers": [dict(REGISTERS=r, DEPTH=d, CHUNK=c) for r, d, c in [
        (4, 256, 64), (8, 256, 64), (8, 512, 8), (4, 512, 64), (4, 512, 128), (8, 128, 32)]],
    "weight_fifo": [dict(WORDS=w, BITS=b) for w, b in [(512, 64), (512, 512), (2048, 8), (1024, 128)]],
    "instruction_decode": [dict(UNITS=u, REGISTERS=r, ADDRESS=a) for u, r, a in [
        (4, 8, 33), (4, 4, 32), (2, 16, 40), (4, 16, 32)]],
    "register_stages": [dict(BITS=b, STAGES=s) for b, s in [(64, 1), (64, 8), (512, 4), (896, 2)]],
}


def version():
    if not shutil.which("yosys"):
        return ""
    return subprocess.run(["yosys", "-V"], capture_output=True, text=True, check=True).stdout.split(" (")[0].strip()


def slowest_path(cells):
    """LUTs and carries on the slowest path of a netlist; its cells form no cycle."""
    driver, feeds = {}, {}
    for name, cell in cells.items():
        if cell["type"] not in WEIGHT:
            continue
        inputs = [b for port, bits in cell["connections"].items()
                  if cell["port_directions"][port] == "input" for b in bits]
        feeds[name] = inputs
        for port, bits in cell["connections"].items():
            if cell["port_directions"][port] == "output":
                driver.update((b, name) for b in bits)
    best = {}
    for start in feeds:
        stack = [start]
        while stack:
            name = stack[-1]
            before = {driver[b] for b in feeds[name] if b in driver}
            todo = [n for n in before if n not in best]
            if todo:
                stack.extend(todo)
                continue
            stack.pop()
            kind = cells[name]["type"]
            weight, luts, carries = max((best[n] for n in before), default=(0, 0, 0))
            best[name] = (weight + WEIGHT[kind], luts + (WEIGHT[kind] == 10), carries + (WEIGHT[kind] == 1))
    return max(best.values(), default=(0, 0, 0))[1:]


def synthesise(part, parameters):
    """What the netlist of a part is made of."""
    with tempfile.TemporaryDirectory() as scratch:
        netlist = os.path.join(scratch, "netlist.json")
        sets = " ".join(f"-set {name} {value}" for name, value in parameters.items())
        script = (f"read_verilog -sv {part}.sv; chparam {sets} {part}; "
                  f"synth_xilinx -family xcup -flatten -top {part} -noiopad -noclkbuf; "
                  f"rename -top part; write_json {netlist}")
        subprocess.run(["yosys", "-q", "-p", script], cwd=PARTS, check=True, capture_output=True)
        with open(netlist, encoding="utf-8") as f:
            cells = json.load(f)["modules"]["part"]["cells"]
    count = collections.Counter(cell["type"] for cell in cells.values())
    for kind in count:
        if kind not in WEIGHT and not re.match(r"(FD[RSCP]E|SRL.*|DSP48E2|RAMB(18|36)E2)$", kind):
            sys.exit(f"synthesise: {part}: no rule for cells of kind {kind}")
    path = slowest_path(cells)
    return {
        "luts": sum(n for k, n in count.items() if re.match(r"LUT\d$|SRL", k))
                + sum(LUTRAM.get(k, 0) * n for k, n in count.items()),
        "registers": sum(n for k, n in count.items() if k.startswith("FD")),
        "carries": count["CARRY4"],
        "dsp": count["DSP48E2"],
        "bram36": count["RAMB36E2"] + count["RAMB18E2"] / 2,
        "path_luts": path[0],
        "path_carries": path[1],
    }


def flow(values):
    return "{" + ", ".join(f"{k}: {v:g}" for k, v in values.items()) + "}"


def write(path):
    with open(path, "w", encoding="utf-8") as out:
        out.write("# Written by tools/synthesise.py --write.\n"
                  "kind: synthesis\n"
                  'source: "tests/rtl/parts of this project; counted by tools/synthesise.py, which says what is '
                  'counted"\n'
                  f'tool: "{version()}, synth_xilinx -family xcup"\n'
                  "obtained: open_synthesis\n"
                  "area: ../coefficients/area_lut6.yaml\n"
                  "points:\n")
        for part, points in POINTS.items():
            for i, parameters in enumerate(points):
                figures = synthesise(part, parameters)
                named = {name.lower(): value for name, value in parameters.items()}
                out.write(f"  - {{part: {part}, parameters: {flow(named)},\n"
                          f"     figures: {flow(figures)}, fitted: {str(i % 2 == 0).lower()}}}\n")
                out.flush()
                print(part, flow(named), flow(figures), flush=True)


def stored(path):
    """Tool and points of a file that `write` wrote."""
    with open(path, encoding="utf-8") as f:
        text = f.read()
    numbers = lambda flow_map: {k: float(v) for k, v in re.findall(r"(\w+): ([\d.]+)", flow_map)}
    points = [(part, numbers(p), numbers(f)) for part, p, f in
              re.findall(r"part: (\w+), parameters: (\{.*?\}),\s+figures: (\{.*?\})", text)]
    return re.search(r'^tool: "(.*?),', text, re.M).group(1), points


def check(path, wanted):
    tool, points = stored(path)
    here = version()
    if here != tool:
        print(f"synthesise: skipped: the stored figures are of {tool}, "
              + (f"here is {here}" if here else "and yosys is not installed (tools/setup.sh test does it)"))
        return SKIPPED
    wrong = 0
    small = [p for p in points if p[2]["luts"] < 700]
    for part, parameters, figures in small[:: max(1, len(small) // wanted)][:wanted]:
        found = synthesise(part, {name.upper(): int(value) for name, value in parameters.items()})
        same = found == figures
        wrong += not same
        print(f"{part} {flow(parameters)}: " + ("as stored" if same else f"{flow(found)}, stored {flow(figures)}"))
    return 1 if wrong else 0


def main(arguments):
    mode = arguments.pop(0) if arguments else ""
    if mode == "--write":
        if not version():
            sys.exit("synthesise: yosys is not installed")
        write(arguments[0] if arguments else FILE)
    elif mode == "--check":
        wanted = int(arguments.pop(0)) if arguments and arguments[0].isdigit() else 3
        sys.exit(check(arguments[0] if arguments else FILE, wanted))
    else:
        sys.exit(__doc__)


main(sys.argv[1:])
