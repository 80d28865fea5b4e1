#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""Runs a language model and writes the trace of what ran (docs/traces.md).

MODEL is a directory with a config.json of Hugging Face, and model.safetensors if the weights are
not to be random; or FILE.py:FUNCTION, which returns a torch module and its configuration. The
prompt is fed token by token, as an accelerator does it. The trace holds the ops of the last token
in the order of their execution, and by token what ran through each vector.

Modules with weights (linear, norm, embedding) are seen by forward hooks, what is computed between
them by a dispatch mode of torch; patterns of a few tensor ops are one op of the trace: 1 - x,
b + (1 - b) x, f h + i, rotary embedding, attention over a cache.
"""
import argparse
import json
import math
import os
import re
import struct
import sys

try:
    import torch
    from torch import nn
    from torch.utils._python_dispatch import TorchDispatchMode
except ImportError:
    sys.exit('capture_trace: torch is missing (Debian: python3-torch)')

sys.path.insert(0, os.path.dirname(os.path.abspath(__file__)))
import ternary_models

# ---- tensor ops ----------------------------------------------------------------------------------

# What neither computes nor changes the vector: views, copies, repetition over grouped heads.
VIEWS = {'view', '_unsafe_view', 'reshape', '_reshape_alias', 't', 'transpose', 'permute', 'expand',
         'unsqueeze', 'squeeze', 'select', 'alias', 'clone', '_to_copy', 'detach', 'contiguous',
         'index_select', 'repeat', 'lift_fresh', 'to'}
POINTWISE = {'sigmoid': 'sigmoid', 'silu': 'silu', 'gelu': 'gelu'}
PRODUCTS = {'mm', 'bmm', 'matmul', 'addmm', 'linear'}


class Value:
    """A vector of the token. `parts` are the vectors it is split into, by offset."""

    def __init__(self, tensor):
        self.tensor = tensor
        self.elements = tensor.numel()
        self.parts = {}
        self.whole = None

    def part(self, offset, tensor):
        if offset not in self.parts:
            self.parts[offset] = Value(tensor)
            self.parts[offset].whole = self
        return self.parts[offset]


class Form:
    """What a tensor is of a value: itself ('as_is'), or less ('piece', 'turned', 'cached')."""

    def __init__(self, value, form='as_is', context=1):
        self.value, self.form, self.context = value, form, context


CONSTANT = Form(None, 'constant')
STATE = Form(None, 'state')


class Step:
    """Something that ran: a kind of the trace, or the name of a tensor op that is yet to be fused."""

    def __init__(self, kind, path, inputs, output, weight=None, extra=None):
        self.kind, self.path, self.inputs, self.weight = kind, path, inputs, weight
        self.output, self.extra = output, extra or {}
        self.attention = None


def storage_of(tensor):
    return (tensor.untyped_storage() if hasattr(tensor, 'untyped_storage') else
            tensor.storage()).data_ptr()


class Capture(TorchDispatchMode):
    """Records the ops of one token."""

    def __init__(self, model):
        super().__init__()
        self.model = model
        self.constants = {id(t) for t in list(model.parameters()) + list(model.buffers())}
        self.stored = {storage_of(t) for t in list(model.parameters()) + list(model.buffers())}
        self.hooks = []
        self.path = []
        self.leaf = None
        for name, module in model.named_modules():
            self.hooks.append(module.register_forward_pre_hook(self.enter(name)))
            self.hooks.append(module.register_forward_hook(self.leave(name)))
        self.start()

    def start(self):
        self.steps = []
        self.forms = {}
        self.caches = {}
        self.alive = []  # an id is that of one tensor as long as the tensor lives

    def close(self):
        for hook in self.hooks:
            hook.remove()

    # -- modules

    def kind_of(self, module):
        name = type(module).__name__
        if 'BitLinear' in name:
            return 'bit_linear'
        if isinstance(module, nn.Linear) or name == 'Conv1D':
            return 'linear'
        if isinstance(module, nn.LayerNorm):
            return 'layer_norm'
        if name.endswith('RMSNorm'):
            return 'rms_norm'
        if isinstance(module, nn.Embedding):
            return 'embedding'
        if isinstance(module, nn.SiLU) or name == 'SiLUActivation':
            return 'silu'
        if isinstance(module, nn.GELU) or re.fullmatch(r'.*GELU.*', name):
            return 'gelu'
        return None

    def enter(self, name):
        def hook(module, inputs):
            self.path.append(name)
            if self.leaf is None and self.kind_of(module):
                self.leaf = module
        return hook

    def leave(self, name):
        def hook(module, inputs, output):
            self.path.pop()
            if self.leaf is not module:
                return
            self.leaf = None
            kind = self.kind_of(module)
            weight = getattr(module, 'weight', None)
            if type(module).__name__ == 'Conv1D':
                weight = weight.t()
            read = [] if kind == 'embedding' else [self.form(inputs[0])]
            self.record(kind, read, output, name, weight)
        return hook

    def record(self, kind, inputs, tensor, path=None, weight=None, extra=None):
        value = Value(tensor)
        self.steps.append(Step(kind, self.path[-1] if path is None else path, inputs, value, weight,
                               extra))
        self.put(tensor, Form(value))

    def put(self, tensor, form):
        self.forms[id(tensor)] = form
        self.alive.append(tensor)

    def form(self, tensor):
        """What a tensor is: of this token, a constant of the model, or kept from earlier tokens."""
        if id(tensor) in self.forms:
            return self.forms[id(tensor)]
        if id(tensor) in self.constants or not tensor.is_floating_point() or tensor.numel() == 1:
            return CONSTANT
        place = storage_of(tensor)
        if place in self.stored:
            return CONSTANT
        if place in self.caches:
            return Form(self.caches[place], 'cached', self.context(tensor, self.caches[place]))
        return STATE

    def context(self, tensor, value):
        return max(1, tensor.numel() // value.elements)

    # -- tensor ops

    def __torch_dispatch__(self, function, types, args=(), kwargs=None):
        out = function(*args, **(kwargs or {}))
        if self.leaf is None:
            self.see(function._schema.name.split('::')[1].rstrip('_') or '_', args, out)
        return out

    def see(self, name, args, out):
        tensors = []
        for a in args:
            tensors += [t for t in (a if isinstance(a, (list, tuple)) else [a])
                        if isinstance(t, torch.Tensor)]
        forms = [self.form(t) for t in tensors]
        values = [f for f in forms if f.value is not None]
        outs = out if isinstance(out, (list, tuple)) else [out]
        if not values:
            kept = any(f is STATE for f in forms) and name != 'lift_fresh'  # a number written down
            for t in outs:
                if isinstance(t, torch.Tensor):
                    self.put(t, STATE if kept else CONSTANT)
            return
        source = values[0]
        if name in ('copy', 'index_copy', 'index_put', 'slice_scatter') and forms[0] is STATE:
            self.caches[storage_of(args[0])] = source.value
            self.put(out, Form(source.value, 'cached', self.context(out, source.value)))
        elif name in VIEWS:
            self.put(out, source)
        elif name in ('split', 'split_with_sizes', 'chunk', 'slice', 'narrow', 'unbind'):
            self.cut(name, args, source, outs)
        elif name == 'cat':
            self.join(forms, values, out)
        elif name == 'neg' and (source.form == 'piece' or source.value.whole):
            self.put(out, Form(source.value.whole or source.value, 'piece'))
        elif name in ('rsub', 'sub') and self.complements(name, args, forms):
            self.record('complement', [source], out)
        elif name in POINTWISE:
            self.record(POINTWISE[name], [source], out)
        elif name in ('mul', 'div', 'add') and len(tensors) == 1 or \
                name == 'div' and len(tensors) == 2 and forms[1] is CONSTANT:
            self.record('scale', [source], out)
        elif name in ('mul', 'add'):
            self.record(name, forms, out)
        elif name in PRODUCTS:
            pair = forms[-2:]
            if pair[1] is CONSTANT:
                self.record('linear', [pair[0]], out,
                            weight=args[-1] if name == 'linear' else args[-1].t())
            else:
                self.record('product', pair, out)
        elif name == '_softmax':
            self.record('softmax', [source], out)
        elif name.startswith('_scaled_dot_product') or name == 'scaled_dot_product_attention':
            self.record('attention', forms[:3], outs[0])
        elif name in ('relu', 'pow', 'square'):
            self.record(name, [source], out)
        else:
            self.record(name, values, outs[0])

    @staticmethod
    def complements(name, args, forms):
        one = args[1] if name == 'rsub' else args[0]
        if isinstance(one, torch.Tensor):
            return one.numel() == 1 and one.item() == 1
        return one == 1

    def cut(self, name, args, source, outs):
        """Vectors side by side are cut apart; a cut within heads is a piece of its vector; one
        along the tokens is the vector."""
        tensor, whole = args[0], source.value
        axis = {'slice': 1, 'narrow': 1, 'unbind': 1}.get(name, 2)
        dim = args[axis] if len(args) > axis else 0
        across = dim % tensor.dim() == tensor.dim() - 1 and outs[0].shape[-1] < tensor.shape[-1]
        begin = args[2] or 0 if name in ('slice', 'narrow') and len(args) > 2 else 0
        for t in outs:
            if not across:
                self.put(t, source)
            elif tensor.shape[-1] == whole.elements and source.form == 'as_is':
                self.put(t, Form(whole.part(begin, t)))
            else:
                self.put(t, Form(whole, 'piece'))
            begin += t.shape[-1]

    def join(self, forms, values, out):
        value = values[-1].value
        if all(f.value is not None for f in forms):
            owner = {f.value.whole or f.value for f in values}
            if len(owner) == 1:
                self.put(out, Form(owner.pop(), 'turned'))
                return
        elif len(values) == 1:  # appended to what earlier tokens left
            self.put(out, Form(value, 'cached', self.context(out, value)))
            return
        self.record('cat', values, out)


# ---- patterns ------------------------------------------------------------------------------------


class Fusion:
    """Makes ops of the trace from the steps of a token."""

    def __init__(self, steps):
        self.steps = steps
        self.maker = {s.output: s for s in steps}
        self.done = []
        self.gone = set()

    def made_by(self, form, kind):
        step = self.maker.get(form.value)
        return step if step is not None and step.kind == kind else None

    def run(self):
        for step in self.steps:
            self.rewrite(step)
        kept = [s for s in self.steps if s not in self.gone]
        known = {'embedding', 'rms_norm', 'layer_norm', 'bit_linear', 'linear', 'sigmoid', 'silu',
                 'gelu', 'squared_relu', 'complement', 'lower_bound', 'multiply', 'add',
                 'recurrence', 'rotary', 'attention'}
        strange = sorted({f"'{s.kind}' in '{s.path}'" for s in kept if s.kind not in known})
        if strange:
            sys.exit('capture_trace: no op of a trace is like ' + ', '.join(strange))
        return kept

    def become(self, step, kind, inputs, *parts):
        step.kind, step.inputs = kind, inputs
        self.gone.update(parts)

    def rewrite(self, step):
        if step.kind == 'add':
            self.rewrite_add(step)
        elif step.kind == 'mul':
            if all(f.value is not None for f in step.inputs):
                self.become(step, 'multiply', step.inputs)
        elif step.kind in ('pow', 'square'):
            relu = self.made_by(step.inputs[0], 'relu')
            if relu:
                self.become(step, 'squared_relu', relu.inputs, relu)
        elif step.kind == 'product':
            self.rewrite_product(step)

    def rewrite_add(self, step):
        products = [self.made_by(f, 'mul') if f.value is not None else None for f in step.inputs]
        a, b = step.inputs
        if all(products) and all(CONSTANT in p.inputs for p in products):
            plain = [f for p in products for f in p.inputs if f.value is not None]
            if {f.form for f in plain} == {'as_is', 'turned'} and \
                    len({f.value for f in plain}) == 1:
                self.become(step, 'rotary', [Form(plain[0].value)], *products)
                return
        for product, other in zip(products, (b, a)):
            if product is None:
                continue
            read = [f for f in product.inputs if f.value is not None]
            if len(read) != 1:
                continue
            if other.value is None and CONSTANT in product.inputs:
                self.become(step, 'lower_bound', read, product)
                return
            # The state before the first token may be zeros, which no token made.
            if other.value is not None:
                self.become(step, 'recurrence', [read[0], other], product)
                return
        if a.value is not None and b.value is not None:
            self.become(step, 'add', [a, b])
        elif step.inputs[-1] is CONSTANT:
            step.kind = 'scale'  # a mask

    def rewrite_product(self, step):
        through = []
        soft = self.made_by(step.inputs[0], 'softmax')
        if soft is None:
            return
        through.append(soft)
        scores = self.maker.get(soft.inputs[0].value)
        while scores is not None and scores.kind == 'scale':
            through.append(scores)
            scores = self.maker.get(scores.inputs[0].value)
        if scores is None or scores.kind != 'product':
            return
        through.append(scores)
        query, key = scores.inputs
        while self.made_by(query, 'scale'):
            through.append(self.made_by(query, 'scale'))
            query = self.made_by(query, 'scale').inputs[0]
        self.become(step, 'attention', [query, key, step.inputs[1]], *through)


# ---- statistics ----------------------------------------------------------------------------------


def spread(shares):
    return {'min': shares.min().item(), 'mean': shares.mean().item(), 'max': shares.max().item()}


def matrix_statistics(weight, block=64):
    """The figures of docs/traces.md: absmean quantisation, arXiv 2402.17764."""
    w = weight.detach().double()
    scale = max(w.abs().mean().item(), 1e-5)
    plus, minus = (w > scale / 2).double(), (w < -scale / 2).double()
    zero = 1 - plus - minus
    shares = [t.mean().item() for t in (minus, zero, plus)]
    bits = [-p * math.log2(p) for p in shares if p > 0]
    rows = spread(zero.mean(1))
    rows['mean'] = shares[1]
    blocks = torch.stack([b.mean() for b in zero.split(block, 1)])
    return {'minus': shares[0], 'zero': shares[1], 'plus': shares[2], 'scale': scale,
            'entropy': sum(bits), 'row_zeros': rows, 'block': block, 'block_zeros': spread(blocks)}


BITS = torch.tensor([bin(k).count('1') for k in range(256)])


def activation_statistics(tensor):
    x = tensor.detach().double().reshape(-1)
    absmax = x.abs().max().item()
    codes = (x * (127 / absmax if absmax > 0 else 0)).round().to(torch.int64) & 255
    flips = BITS[codes[1:] ^ codes[:-1]].double().mean().item() / 8 if len(codes) > 1 else 0.0
    return (codes == 0).double().mean().item(), absmax, flips


# ---- the trace -----------------------------------------------------------------------------------


def vectors_of(step, read):
    """The vectors of an op: what it made, or the parts of it that are read."""
    whole = step.output
    if read.issuperset(whole.parts.values()) and whole.parts and \
            sum(p.elements for p in whole.parts.values()) == whole.elements:
        return [whole.parts[k] for k in sorted(whole.parts)]
    return [whole]


class Writer:
    def __init__(self, config, steps):
        self.config = config
        self.read = {f.value for step in steps for f in step.inputs}
        self.names = set()
        self.numbers = {}
        self.made = 0

    def name(self, step):
        path = re.sub(r'^(model|transformer)\.', '', step.path)
        if step.kind not in ('bit_linear', 'linear', 'rms_norm', 'layer_norm', 'embedding'):
            path = (path + '.' if path else '') + step.kind
        name, k = path, 0
        while name in self.names:
            k += 1
            name = f'{path}_{k}'
        self.names.add(name)
        return name

    def shape(self, step):
        heads = self.config['num_attention_heads'] if 'num_attention_heads' in self.config \
            else self.config['n_head']
        contexts = [f.context for f in step.inputs[1:]]
        return {'heads': heads, 'kv_heads': self.config.get('num_key_value_heads') or heads,
                'context': max(contexts), 'cache': 'fp16'}

    def line(self, step, statistics, weights):
        name = self.name(step)
        layer = re.search(r'(?:^|\.)(?:layers|h|blocks)\.(\d+)\.', step.path + '.')
        line = {'kind': step.kind, 'name': name, 'layer': int(layer.group(1)) if layer else -1,
                'inputs': [self.numbers[f.value] for f in step.inputs]}
        vectors = vectors_of(step, self.read)
        for v in vectors:
            self.numbers[v] = self.made
            self.made += 1
        line['outputs'] = [self.numbers[v] for v in vectors]
        if step.kind == 'linear':  # a BitLinear is ternary by its kind
            line['weights'] = {'format': 'fp16'}
        if step.kind == 'attention':
            line['attention'] = self.shape(step)
        line['values'] = [{'name': name if len(vectors) == 1 else f'{name}.{k}',
                           'elements': v.elements} for k, v in enumerate(vectors)]
        line['type'] = 'fp16'
        if step.kind in ('bit_linear', 'linear'):
            rows, columns = step.weight.shape
            kind = 'ternary' if step.kind == 'bit_linear' else 'fp16'
            line['matrix'] = {'rows': rows, 'columns': columns, 'type': kind,
                              'bytes': -(-rows * columns // 4) if kind == 'ternary' else
                              2 * rows * columns}
            if weights:
                line['matrix']['statistics'] = matrix_statistics(step.weight)
        zeros, absmax, toggles = (list(t) for t in zip(*statistics))
        line['activations'] = {'zeros': zeros, 'absmax': absmax, 'toggles': toggles}
        return line


# The dimensions of a model, by the keys of a config.json; the first that is there counts.
DIMENSIONS = {'layers': ('num_hidden_layers', 'n_layer'), 'hidden': ('hidden_size', 'n_embd'),
              'intermediate': ('intermediate_size', 'n_inner'), 'vocabulary': ('vocab_size',),
              'heads': ('num_attention_heads', 'n_head'), 'kv_heads': ('num_key_value_heads',),
              'head_width': ('head_dim',)}


def model_of(config, name, source):
    """What the header of a trace says about its model."""
    sizes = {}
    for dimension, keys in DIMENSIONS.items():
        found = [config[key] for key in keys if isinstance(config.get(key), int)]
        if found:
            sizes[dimension] = found[0]
    tied = config.get('tie_word_embeddings', config.get('model_type') == 'gpt2')
    return {'name': name, 'source': source, 'dimensions': dict(sizes, tied=int(bool(tied)))}


def text_of(value):
    return json.dumps(value, separators=(',', ':'), allow_nan=False)


def digest_of(lines):
    digest = 14695981039346656037
    for byte in ''.join(line + '\n' for line in lines).encode():
        digest = (digest ^ byte) * 1099511628211 & 0xffffffffffffffff
    return f'fnv1a64:{digest:016x}'


# ---- safetensors ---------------------------------------------------------------------------------

TYPES = {'F16': torch.float16, 'F32': torch.float32, 'BF16': torch.bfloat16}


def save_weights(path, model, kind):
    """Eight bytes with the length of a JSON header, the header, the tensors."""
    tensors, seen = {}, set()
    for name, tensor in model.state_dict().items():
        if tensor.data_ptr() not in seen:  # a tied table once
            tensors[name] = tensor
        seen.add(tensor.data_ptr())
    header, end = {'__metadata__': {'format': 'pt'}}, 0
    for name, tensor in tensors.items():
        begin, end = end, end + tensor.numel() * (4 if kind == 'F32' else 2)
        header[name] = {'dtype': kind, 'shape': list(tensor.shape), 'data_offsets': [begin, end]}
    text = json.dumps(header).encode()
    text += b' ' * (-len(text) % 8)
    with open(path, 'wb') as out:
        out.write(struct.pack('<Q', len(text)) + text)
        for tensor in tensors.values():
            stored = tensor.detach().to(TYPES[kind]).contiguous()
            stored.view(torch.int32 if kind == 'F32' else torch.int16).numpy().tofile(out)


def load_weights(path, model):
    with open(path, 'rb') as file:
        length = struct.unpack('<Q', file.read(8))[0]
        header = json.loads(file.read(length))
        missing = []
        with torch.no_grad():
            for name, parameter in model.named_parameters():
                entry = header.get(name)
                if entry is None or entry['dtype'] not in TYPES or \
                        entry['shape'] != list(parameter.shape):
                    missing.append(name)
                    continue
                begin, end = entry['data_offsets']
                file.seek(8 + length + begin)
                data = torch.frombuffer(bytearray(file.read(end - begin)),
                                        dtype=TYPES[entry['dtype']])
                parameter.copy_(data.reshape(entry['shape']))
    if missing:
        sys.exit(f'capture_trace: {path}: not there, or of another shape: {", ".join(missing[:5])}')


# ---- the command ---------------------------------------------------------------------------------


def find_model(where, seed):
    """Module, configuration and name."""
    if '.py:' in where:
        file, function = where.rsplit(':', 1)
        scope = {'__name__': 'captured', '__file__': file}
        sys.path.insert(0, os.path.dirname(os.path.abspath(file)))
        with open(file, encoding='utf-8') as text:
            exec(compile(text.read(), file, 'exec'), scope)  # the user's own program
        model, config = scope[function]()
        return model.eval(), config, function
    try:
        with open(os.path.join(where, 'config.json'), encoding='utf-8') as text:
            config = json.load(text)
    except (OSError, ValueError) as error:
        sys.exit(f'capture_trace: {where}/config.json: {error}')
    name = os.path.basename(os.path.normpath(where))
    family = config.get('model_type')
    weights = os.path.join(where, 'model.safetensors')
    if family in ternary_models.FAMILIES:
        model = ternary_models.build(config, seed)
        if os.path.exists(weights):
            load_weights(weights, model)
        return model, config, name
    try:
        import transformers
    except ImportError:
        sys.exit(f"capture_trace: family '{family}' needs the package transformers; built in are "
                 + ', '.join(ternary_models.FAMILIES))
    if os.path.exists(weights):
        model = transformers.AutoModelForCausalLM.from_pretrained(where)
    else:
        torch.manual_seed(seed)
        model = transformers.AutoModelForCausalLM.from_config(
            transformers.AutoConfig.from_pretrained(where))
    return model.eval(), config, name


def tokens(model, config, prompt, generate, seed):
    """Runs the model token by token; yields the steps of each, fused."""
    random = torch.Generator().manual_seed(seed)
    given = torch.randint(config['vocab_size'], (prompt,), generator=random).tolist()
    state = model.first_state() if hasattr(model, 'first_state') else None
    capture = Capture(model)
    token = given[0]
    with torch.no_grad():
        for k in range(prompt + generate):
            ids = torch.tensor([[token]])
            capture.start()
            with capture:
                out = model(ids, past_key_values=state)
            state = out.past_key_values
            yield Fusion(capture.steps).run()
            # The prompt's last token makes the first generated one.
            token = given[k + 1] if k + 1 < prompt else int(out.logits.reshape(-1).argmax())
    capture.close()


def capture_trace(model, config, name, options):
    seen = []
    for steps in tokens(model, config, options.prompt_tokens, options.generate, options.seed):
        if seen and [(s.path, s.output.elements) for s in steps] != \
                [(s.path, s.output.elements) for s in seen[-1][0]]:
            sys.exit('capture_trace: tokens did not run the same ops')
        seen.append((steps, [activation_statistics(s.output.tensor) for s in steps]))
        if len(seen) > 1:
            seen[-2] = (None, seen[-2][1])
    steps = seen[-1][0]
    writer = Writer(config, steps)
    lines = []
    for k, step in enumerate(steps):
        lines.append(text_of(writer.line(step, [s[k] for _, s in seen],
                                         not options.no_weight_statistics)))
    source = f'captured from {options.model}, {options.prompt_tokens} prompt tokens and ' \
             f'{options.generate} generated'
    header = {'format': 'tritsim-trace', 'version': 2,
              'model': model_of(config, config.get('_name_or_path') or name, options.model),
              'source': source, 'digest': digest_of(lines)}
    with open(options.output + '.part', 'w', encoding='utf-8') as out:
        out.write('\n'.join([text_of(header)] + lines) + '\n')
    os.replace(options.output + '.part', options.output)
    print(f'written: {options.output} ({len(lines)} ops)')


def main():
    parser = argparse.ArgumentParser(description=__doc__,
                                     formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument('model', metavar='MODEL', help='directory, or FILE.py:FUNCTION')
    parser.add_argument('--prompt-tokens', type=int, default=4, metavar='N',
                        help='random tokens that are fed first')
    parser.add_argument('--generate', type=int, default=1, metavar='M',
                        help='tokens that the model generates behind them, the likeliest each time')
    parser.add_argument('-o', '--output', required=True, metavar='FILE', help='trace to write')
    parser.add_argument('--seed', type=int, default=1, help='of random weights and prompt')
    parser.add_argument('--no-weight-statistics', action='store_true',
                        help='leave the statistics of the weights out')
    parser.add_argument('--save', metavar='DIR',
                        help='write config.json and model.safetensors of the model there')
    parser.add_argument('--dtype', choices=TYPES, default='F16', help='of the saved weights')
    options = parser.parse_args()
    if options.prompt_tokens < 1 or options.generate < 0:
        parser.error('at least one prompt token is fed, and none or more are generated')
    model, config, name = find_model(options.model, options.seed)
    if options.save:
        os.makedirs(options.save, exist_ok=True)
        with open(os.path.join(options.save, 'config.json'), 'w', encoding='utf-8') as out:
            json.dump(config, out, indent=2)
        save_weights(os.path.join(options.save, 'model.safetensors'), model, options.dtype)
    capture_trace(model, config, name, options)


if __name__ == '__main__':
    main()
