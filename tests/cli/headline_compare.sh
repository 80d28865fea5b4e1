# SPDX-License-Identifier: Apache-2.0
# Headlines of compare against figures of the two runs by themselves, over pairs of shipped boards,
# processors and models, with prompts and different batches; shares of a gap; names.
set -euo pipefail
cd "$SOURCE_DIR"
export out="$OLDPWD"
python3 - <<'PY'
import csv, io, json, math, os, re, subprocess

TRITSIM = os.environ['TRITSIM']


def tritsim(*words):
    return subprocess.run([TRITSIM, *map(str, words)], check=True, capture_output=True,
                          text=True).stdout


def side(hardware, model, *settings):
    kind = 'processors' if hardware in ('h200', 'rtx3060', 'rtx3060_llamacpp', 'ryzen_5950x') \
        else 'boards'
    return [f'configs/{kind}/{hardware}.yaml', f'configs/models/{model}.yaml', *settings]


def run(a_side, prompt, generate, batch, context=0):
    """By itself, as `run` has it."""
    board, model, *settings = a_side
    words = ['--board', board, '--model', model, '--prompt', prompt, '--generate', generate,
             '--batch', batch, '--json', '--no-time-ranges']
    if context and 'mmfreelm' not in model:
        words += ['--context', context]
    for s in settings:
        words += ['--set', s]
    return json.loads(tritsim('run', *words))


def compare(sides, prompt, generate, batch, context=0, *more):
    words = [w for s in sides for w in ('--point', *s)]
    words += ['--prompt', prompt, '--generate', generate, '--batch', batch]
    return tritsim('compare', *words, *(['--context', context] if context else []), *more)


def near(x, y, tolerance=1e-9):
    assert math.isclose(x, y, rel_tol=tolerance), (x, y)


def job(r):
    """Time until the batch is done, joules of a sequence."""
    return r['elapsed_s'], r['energy_j']['value'] / r['batch']


pairs = [
    # sides, prompt, generate, batch (0: the lanes of a board, 1 on a processor), context
    ((side('h200', 'transformer_370m'), side('u250_mmfree_48', 'mmfreelm_370m')), 32, 8, 0, 0),
    ((side('h200', 'transformer_370m'), side('u250_mmfree_48', 'mmfreelm_370m')), 32, 8, 1, 0),
    ((side('u250_mmfree_48', 'mmfreelm_370m'), side('h200', 'mmfreelm_370m')), 0, 4, 96, 0),
    ((side('k26_dense', 'transformer_370m_int4'), side('k26_mmfree', 'mmfreelm_370m')), 4, 3, 1, 64),
    ((side('u250_dense', 'transformer_370m_int4'), side('u250_dense', 'transformer_370m_int8')),
     2, 3, 8, 100),
    ((side('rtx3060', 'bitnet_2b_4t', 'ternary=unfused'), side('ryzen_5950x', 'bitnet_2b_4t')),
     16, 4, 2, 0),
]
for sides, prompt, generate, batch, context in pairs:
    a, b = (run(s, prompt, generate, batch, context) for s in sides)
    runs = json.loads(compare(sides, prompt, generate, batch, context, '--json'))['runs']
    got = runs[1]
    near(got['job_speed_ratio'], job(a)[0] / job(b)[0])
    for r, one in zip(runs, (a, b)):  # the same figures under the same keys
        near(r['job_time_s'], one['job_time_s'])
        assert r['job_energy_j'] == one['job_energy_j']
    near(got['job_energy_ratio']['value'], job(b)[1] / job(a)[1])
    # A generated token: what the job takes beyond the prompt and its first token. Of models
    # without a cache to the last digit; else the steps of a longer context cost a little more.
    if generate > 1 and prompt > 0:
        for r, one, s in zip(runs, (a, b), sides):
            short = run(s, prompt, 1, batch, context)
            tokens = (generate - 1) * one['batch']
            joules = (one['energy_j']['value'] - short['energy_j']['value']) / tokens
            near(r['token_energy_j']['value'], joules, 0.01)
            seconds = (one['elapsed_s'] - short['elapsed_s']) / (generate - 1)
            near(r['token_time_s'] * r['rounds'], seconds, 0.01)
    # The best batch, run by itself, gives what is said; the other batches no more.
    for r, s in zip(runs, sides):
        best = run(s, prompt, generate, int(r['best_batch']), context)
        near(r['best_tokens_per_s'], generate * best['batch'] / best['elapsed_s'])
        assert r['best_tokens_per_s'] >= r['tokens_per_s'] * (1 - 1e-12)
    near(got['throughput_speed_ratio'],
         runs[1]['best_tokens_per_s'] / runs[0]['best_tokens_per_s'])
    for key in ('job_energy_ratio', 'token_energy_ratio', 'throughput_energy_ratio'):
        assert 0 < got[key]['low'] <= got[key]['value'] <= got[key]['high'], (key, got[key])

# The headline says so, too: 50 x slower is no speed-up, and both batches are named.
sides, prompt, generate, batch, context = pairs[0]
text = compare(sides, prompt, generate, batch, context)
a, b = (run(s, prompt, generate, batch, context) for s in sides)
slower = re.search(r'Job time, B against A +([0-9.]+) x slower', text)
near(float(slower[1]), job(b)[0] / job(a)[0], 0.005)
assert 'batch 1; B:' in text.replace('\n', ' ') and 'batch 48' in text, text

# No printed share is beyond the gap; where a step is, there are none.
boards = [side('u250_dense', 'transformer_370m_int4'), side('u250_dense', 'transformer_2.7b_int4'),
          side('u250_mmfree_48', 'mmfreelm_370m'), side('u250_mmfree_48', 'mmfreelm_2.7b'),
          side('k26_dense', 'transformer_370m_int4'), side('k26_mmfree', 'mmfreelm_370m'),
          side('k26_mac', 'mmfreelm_370m'), side('k26_bit_serial', 'mmfreelm_370m')]
shown = dropped = 0
for first in range(len(boards)):
    sides = [boards[first], *boards[first + 1:], *boards[:first]]
    text = compare(sides, 0, 1, 1, 384, '--waterfall')
    for table in text.split('\n\n'):
        shares = [float(p) for p in re.findall(r'(-?[0-9.]+) %', table)]
        assert all(abs(p) <= 100 for p in shares), table
        shown += bool(shares)
        dropped += 'smaller than the largest step' in table
assert shown > 20 and dropped > 5, (shown, dropped)

# CSV and JSON have the same figures under the same keys.
compare(pairs[0][0], 32, 8, 0, 0, '-o', os.environ['out'] + '/files')
runs = json.load(open(os.environ['out'] + '/files/comparison.json'))['runs']
for row, r in zip(csv.DictReader(open(os.environ['out'] + '/files/comparison.csv')), runs):
    for key, cell in row.items():
        value = r[key] if key in r else r[key.rsplit('_', 1)[0]][key.rsplit('_', 1)[1]]
        if isinstance(value, dict):
            value = value['value']
        if isinstance(value, float) or isinstance(value, int):
            near(float(cell), value, 1e-6)
        elif value is None:
            assert cell == '', (key, cell)

# The ternary kernels stand in the names: chosen, or forced.
h200 = side('h200', 'mmfreelm_2.7b')
text = compare([h200, h200 + ['ternary=packed']], 0, 1, 256).replace('\n', ' ')
assert 'MMfreeLM 2.7B on NVIDIA H200, unfused kernels, batch 256' in text, text
assert '(ternary=packed), packed kernels' in text, text
slower = float(re.search(r'Best throughput, B against A +([0-9.]+) x', text)[1])
assert slower < 0.1, slower

# Two results that differ by a setting or a mapping differ in name, stored or new.
u250 = side('u250_mmfree_48', 'mmfreelm_370m')
for n, words in enumerate(([], ['--set', 'cores.0.lanes=8'],
                           ['--mapping', 'configs/mappings/blocks_only.yaml'])):
    tritsim('run', '--board', u250[0], '--model', u250[1], '--generate', 1, *words, '-o',
            f"{os.environ['out']}/stored{n}")
stored = [f"{os.environ['out']}/stored{n}/result.json" for n in range(3)]
names = [r['name'] for r in json.loads(tritsim('compare', *stored, '--json'))['runs']]
assert len(set(names)) == 3 and 'cores.0.lanes=8' in names[1] and 'blocks_only' in names[2], names

# What takes more of its device than there is wins nothing, on whichever side it stands.
large = u250 + ['cores.0.lanes=100']
for sides in ([u250, large], [large, u250]):
    text = compare(sides, 0, 1, 1)
    flat = ' '.join(text.split())
    assert re.search(r'does not fit its device \(\d+ % of logic cells.*?\): no ratio', flat), text
    assert not re.search(r'faster|slower|Best throughput', text), text
    got = json.loads(compare(sides, 0, 1, 1, 0, '--json'))['runs'][1]
    assert got['job_speed_ratio'] is None and got['job_energy_ratio']['value'] is None, got
    assert got['throughput_speed_ratio'] is None and got['refused'], got
PY
