#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""Measures single kernels of a GPU and writes them as a measurement file of tritsim.

    tools/measure_gpu.py --processor ../processors/my_gpu.yaml -o my_kernels.yaml   # needs PyTorch
    tools/measure_gpu.py --from records.json --processor ... -o my_kernels.yaml     # recorded before
    tritsim calibrate my_kernels.yaml --fit product.start,product.input,... -o my_gpu_overlay.yaml

A kernel is recorded many times in a CUDA graph, which is replayed for a while; its weights or cache
rotate through more memory than the GPU's cache has. Records are a list of
{kind: matmul_fp16 | attention_fp16 | ternary_packed, outputs, inputs, batch, heads, kv_heads,
head_width, context, us, watt, tolerance, note}; PyTorch has no packed ternary kernel, so its records come from
elsewhere. Every second shape is marked as calibrated: fit to these, judge on the others.
"""
import argparse
import json
import time

MATRICES = [(1024, 1024), (3072, 1024), (5632, 1024), (1024, 2816), (2048, 2048), (6144, 2048),
            (11264, 2048), (2048, 5632), (2560, 2560), (7680, 2560), (13824, 2560), (2560, 6912),
            (4096, 4096), (12288, 4096), (22016, 4096), (4096, 11008), (32000, 4096), (8192, 8192)]
HEADS = [(16, 16, 64), (32, 32, 64), (32, 32, 128), (32, 8, 128)]
KINDS = {'matmul_fp16': 'product', 'attention_fp16': 'attention', 'ternary_packed': 'packed'}


def measure(cache_bytes):
    import torch
    from torch.nn import functional

    def copies(*shape):
        """Enough tensors of a shape that none is in the cache when its turn comes again."""
        size = 2 * torch.Size(shape).numel()
        return [torch.randn(*shape, dtype=torch.float16, device='cuda')
                for _ in range(max(2, 4 * cache_bytes // size))]

    def us_of(call, operands, kernels=64, seconds=0.15):
        for operand in operands[:3]:
            call(operand)
        torch.cuda.synchronize()
        graph = torch.cuda.CUDAGraph()
        count = max(kernels, len(operands))
        with torch.cuda.graph(graph):
            for n in range(count):
                call(operands[n % len(operands)])
        graph.replay()
        torch.cuda.synchronize()
        replays, begin = 0, time.perf_counter()
        while time.perf_counter() - begin < seconds:
            for _ in range(8):
                graph.replay()
            torch.cuda.synchronize()
            replays += 8
        return (time.perf_counter() - begin) / (replays * count) * 1e6

    for outputs, inputs in MATRICES:
        weights = copies(outputs, inputs)
        for batch in (1, 8, 32, 128, 512, 2048):
            x = torch.randn(batch, inputs, dtype=torch.float16, device='cuda')
            us = us_of(lambda w, x=x: functional.linear(x, w), weights)
            yield {'kind': 'matmul_fp16', 'outputs': outputs, 'inputs': inputs, 'batch': batch,
                   'us': us}
    for heads, kv_heads, width in HEADS:
        for batch in (1, 8, 32):
            for context in (128, 1024, 4096, 16384):
                q = torch.randn(batch, heads, 1, width, dtype=torch.float16, device='cuda')
                caches = copies(2, batch, kv_heads, context, width)
                grouped = heads != kv_heads
                us = us_of(lambda c, q=q, g=grouped: functional.scaled_dot_product_attention(
                    q, c[0], c[1], enable_gqa=g), caches)
                yield {'kind': 'attention_fp16', 'heads': heads, 'kv_heads': kv_heads,
                       'head_width': width, 'batch': batch, 'context': context, 'us': us}


def shape_of(record):
    return tuple(record.get(k) or 0
                 for k in ('outputs', 'inputs', 'heads', 'kv_heads', 'head_width'))


def cases_of(records, processor, gpu):
    """Flow-style cases: one line a figure."""
    order = {}
    for record in records:
        order.setdefault(record['kind'], set()).add(shape_of(record))
    fitted = {(kind, shape) for kind, shapes in order.items() for shape in sorted(shapes)[::2]}
    seen = {}
    for record in records:
        kind = KINDS.get(record['kind'])
        if kind is None:
            continue  # small kernels are slower in a step, where their operands are not at hand
        n = record['batch']
        if kind == 'attention':
            shape = (f"heads: {record['heads']}, kv_heads: {record['kv_heads']}, "
                     f"width: {record['head_width']}, context: {record['context']}")
            name = (f"attention, {record['heads']} / {record['kv_heads']} x "
                    f"{record['head_width']}, context {record['context']}")
            place = seen['attention'] = seen.get('attention', -1) + 1
            calibrated = place % 2 == 0
        else:
            shape = f"outputs: {record['outputs']}, inputs: {record['inputs']}"
            name = f"{kind}, {record['outputs']} x {record['inputs']}"
            calibrated = (record['kind'], shape_of(record)) in fitted
        kernel = f"{{kind: {kind}, vectors: {n}, {shape}}}"
        note = f', note: "{record["note"]}"' if 'note' in record else ''
        rest = (f"tolerance: {record.get('tolerance', 0.2)}, obtained: silicon, calibrated: "
                f"{'true' if calibrated else 'false'}{note}}}")
        head = f'  - {{name: "{gpu}: {name}, batch {n}'
        yield (f'{head}", processor: {processor}, kernel: {kernel}, '
               f'time: {record["us"]:.4f} us, {rest}')
        if 'watt' in record:
            rest = rest.replace('calibrated: false', 'calibrated: true')
            yield (f'{head}, power", processor: {processor}, kernel: {kernel}, '
                   f'power: {record["watt"]:.1f} W, {rest}')


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument('--from', dest='recorded', help='recorded kernels, instead of measuring')
    parser.add_argument('--processor', required=True, help='processor file, from the output file')
    parser.add_argument('--gpu', default='GPU', help='name of the hardware in the cases')
    parser.add_argument('--source', default='single kernels in CUDA graphs, tools/measure_gpu.py',
                        help='where the figures come from')
    parser.add_argument('--cache', type=int, default=60_000_000, help='bytes of the cache')
    parser.add_argument('-o', '--output', required=True, help='measurement file to write')
    args = parser.parse_args()
    if args.recorded:
        with open(args.recorded, encoding='utf-8') as file:
            records = json.load(file)
    else:
        records = list(measure(args.cache))
    lines = ['kind: measurements', f'source: "{args.source}"', 'cases:']
    lines += cases_of(records, args.processor, args.gpu)
    with open(args.output, 'w', encoding='utf-8') as file:
        file.write('\n'.join(lines) + '\n')


if __name__ == '__main__':
    main()
