# SPDX-License-Identifier: Apache-2.0
"""Mutants of every number and key of every shipped file: each is checked, and run for one token.

  mutate.py TRITSIM SOURCE_DIR WORK_DIR [--sample N] [--jobs N] [--only TEXT]

A mutant may be refused (exit code 2, a message that names a file, a key or an option) or run (exit code 0, every figure
finite, nothing negative, every range in order and around its value). All else is a fault: another exit code, a signal,
an internal error, a run that takes longer than 30 seconds. --sample takes N of them, always the same.
"""
import argparse
import concurrent.futures
import hashlib
import json
import math
import os
import pathlib
import re
import shutil
import subprocess
import sys

NUMBER = re.compile(r'(?<![\w.#/-])-?\d+(?:\.\d+)?(?:e[+-]?\d+)?(?![\w.]*[:/])')
KEY = re.compile(r'(?:(?<=[\s{,])|^)([a-z_][a-z_0-9]*):(?=\s|$)')
PROSE = re.compile(r'^\s*(-\s*)?(source|name|boundary|notes?|what):')
SIGNED = re.compile(r'junction|\.at_(low|high)_j$')  # temperatures, and what a coefficient's end changes
ALWAYS = ['0', '-1', '1e300']
OTHERS = ['1', '1e-300', 'nan', '4294967296', '18446744073709551615', '"=1"', '']  # one of them, by place
LIMIT_S = 30

# Which board runs a component, and which model a board runs; the first whose run of the shipped files succeeds is taken.
MODELS = ['mmfreelm_370m', 'transformer_370m_int4', 'bitnet_0.7b', 'llama2_7b_3.5bit']


def mutants(path):
    """(what, text) of each mutant of a file."""
    lines = path.read_text().split('\n')

    def with_line(i, line):
        return '\n'.join(lines[:i] + [line] + lines[i + 1:])

    for i, line in enumerate(lines):
        body = line.split(' #')[0]
        if body.lstrip().startswith('#') or PROSE.match(body):
            continue
        for m in NUMBER.finditer(body):
            for value in ALWAYS + [OTHERS[(i + m.start()) % len(OTHERS)]]:
                if value != m.group():
                    yield (f'{i + 1}:{m.start() + 1}: {m.group()} -> {value or "nothing"}',
                           with_line(i, line[:m.start()] + value + line[m.end():]))
        for m in KEY.finditer(body):
            key = m.group(1)
            yield f'{i + 1}: key {key} left out', with_line(i, line[:m.start(1)] + line[m.end():])
            yield f'{i + 1}: key {key} misspelt', with_line(i, line[:m.end(1)] + 'x' + line[m.end(1):])
        if KEY.search(body):
            yield f'{i + 1}: line left out', '\n'.join(lines[:i] + lines[i + 1:])
            yield f'{i + 1}: line twice', '\n'.join(lines[:i + 1] + lines[i:])


def run(command, directory):
    """(exit code or 'timeout', output, errors)"""
    try:
        done = subprocess.run(command, cwd=directory, capture_output=True, timeout=LIMIT_S, stdin=subprocess.DEVNULL)
    except subprocess.TimeoutExpired:
        return 'timeout', '', ''
    return done.returncode, done.stdout.decode(errors='replace'), done.stderr.decode(errors='replace')


def wrong_figures(node, path=''):
    """What is wrong with the figures of a summary in JSON; None if nothing is."""
    if isinstance(node, dict):
        ends = [node.get(k) for k in ('low', 'value', 'high')]
        if all(isinstance(e, (int, float)) for e in ends) and not ends[0] <= ends[1] <= ends[2]:
            return f'{path}: {ends[1]} is not in its range {ends[0]} to {ends[2]}'
        return next((w for k, v in node.items() if (w := wrong_figures(v, f'{path}.{k}'))), None)
    if isinstance(node, list):
        return next((w for i, v in enumerate(node) if (w := wrong_figures(v, f'{path}.{i}'))), None)
    if isinstance(node, float) and not math.isfinite(node):
        return f'{path} is {node}'
    if isinstance(node, (int, float)) and not isinstance(node, bool) and node < 0 and not SIGNED.search(path):
        return f'{path} is {node}'
    return None


def fault_of(code, output, errors, runs):
    """What is wrong with how a command ended; None if nothing is."""
    if code == 2:
        if 'internal error' in errors or not errors.strip():
            return f'exit code 2 without a word of what is wrong: {errors[:200]}'
        return None
    if code not in (0, 3):
        return f'exit code {code}: {errors.strip()[-300:]}'
    if 'internal error' in errors:
        return errors[:300]
    if runs and code == 0:
        try:
            return wrong_figures(json.loads(output, parse_constant=lambda c: float(c.replace('Infinity', 'inf'))))
        except ValueError as e:
            return f'no JSON: {e}'
    return None


class Tree:
    """A copy of configs/ in which one file at a time is a mutant."""

    def __init__(self, tritsim, source, place):
        self.tritsim = tritsim
        self.place = place
        shutil.rmtree(place, ignore_errors=True)
        shutil.copytree(source / 'configs', place / 'configs')
        for model in MODELS:  # one block is enough
            file = place / f'configs/models/{model}.yaml'
            file.write_text(re.sub(r'(?m)^(\s*layers:) \d+', r'\1 1', file.read_text()))

    def command(self, board, model):
        return [self.tritsim, 'run', '--board', f'configs/boards/{board}', '--model', f'configs/models/{model}',
                '--prompt', '0', '--generate', '1', '--no-what-if', '--json']

    def judge(self, task):
        file, what, text, commands = task
        path = self.place / file
        before = path.read_text()
        path.write_text(text)
        try:
            code, output, errors = run([self.tritsim, 'check', file], self.place)
            fault = fault_of(code, output, errors, False)
            for command in commands if code == 0 and not fault else []:
                fault = fault or fault_of(*run([self.tritsim] + command, self.place), command[-1] == '--json')
        finally:
            path.write_text(before)
        return f'{file}:{what}: {fault}' if fault else None


def commands_of(tree):
    """By file: what is run with it, beside `check`. A component is run on the first board that names it."""
    configs = tree.place / 'configs'
    runs = {}
    boards = {}
    for board in sorted((configs / 'boards').glob('*.yaml')):
        for model in MODELS:
            if run(tree.command(board.name, model + '.yaml'), tree.place)[0] == 0:
                boards[board.name] = tree.command(board.name, model + '.yaml')[1:]
                break
        if board.name not in boards:
            continue  # runs no whole model: its file is checked
        runs[f'configs/boards/{board.name}'] = boards[board.name]
        # What it is made of, and what that is made of.
        todo = [board]
        while todo:
            here = todo.pop()
            for name in re.findall(r'[\w./]+\.yaml', here.read_text()):
                part = (here.parent / name).resolve()
                if part.is_file() and part.is_relative_to(configs.resolve()):
                    key = str(part.relative_to(tree.place.resolve()))
                    if key not in runs:
                        runs[key] = boards[board.name]
                        todo.append(part)
    first = next(iter(boards))
    out = {}
    for path in sorted(configs.rglob('*.yaml')):
        file = str(path.relative_to(tree.place))
        kind = path.parent.name
        if kind == 'memories':
            out[file] = [['memory', file, '--bytes', '64KiB', '--json']] + ([runs[file]] if file in runs else [])
        elif kind == 'models':
            out[file] = [['run', '--board', f'configs/boards/{b}', '--model', file, '--prompt', '0', '--generate', '1',
                          '--simulate-layers', '2', '--no-what-if', '--json'] for b in (first, 'k26_dense.yaml')]
        elif kind == 'processors':
            out[file] = [['run', '--board', file, '--model', f'configs/models/{MODELS[0]}.yaml', '--prompt', '0',
                          '--generate', '1', '--json']]
        elif kind == 'mappings':
            out[file] = [boards[first][:-1] + ['--mapping', file, '--json']]
        elif kind == 'sweeps':
            out[file] = [['sweep', file, '--dry-run', '-o', 'none.sqlite']]
        else:
            out[file] = [runs[file]] if file in runs else []
    return out


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument('tritsim')
    parser.add_argument('source', type=pathlib.Path)
    parser.add_argument('work', type=pathlib.Path)
    parser.add_argument('--sample', type=int)
    parser.add_argument('--jobs', type=int, default=os.cpu_count())
    parser.add_argument('--only', default='')
    o = parser.parse_args()
    o.tritsim = os.path.abspath(o.tritsim)
    o.work.mkdir(parents=True, exist_ok=True)
    trees = [Tree(o.tritsim, o.source, o.work / f'tree{i}') for i in range(o.jobs)]
    commands = commands_of(trees[0])
    tasks = [(file, what, text, commands[file]) for file in commands if o.only in file
             for what, text in mutants(trees[0].place / file)]
    everything = len(tasks)
    if o.sample:  # those whose digests are smallest: a fixed choice that a change of one file hardly moves
        tasks.sort(key=lambda t: hashlib.sha256(f'{t[0]}:{t[1]}'.encode()).digest())
        tasks = tasks[:o.sample]
    with concurrent.futures.ThreadPoolExecutor(o.jobs) as pool:
        parts = pool.map(lambda i: [trees[i].judge(t) for t in tasks[i::o.jobs]], range(o.jobs))
        faults = [fault for part in parts for fault in part if fault]
    for fault in sorted(faults):
        print(fault)
    print(f'{len(tasks)} of {everything} mutants, {len(faults)} faults')
    return 1 if faults else 0


sys.exit(main())
