# SPDX-License-Identifier: Apache-2.0
"""Small torch modules of the families that capture_trace.py runs without other packages.

HgrnBit is the MatMul-free model of arXiv 2406.02528, Llama the transformer of arXiv 2307.09288 with
grouped-query heads and, as Qwen2 has them, biases of query, key and value. Both take a config.json
of Hugging Face, name their parameters as the published checkpoints do, and answer like models of
`transformers`: forward(input_ids, past_key_values) -> .logits, .past_key_values. One token a call.
"""
from collections import namedtuple

import torch
from torch import nn
from torch.nn import functional as F

Output = namedtuple('Output', ['logits', 'past_key_values'])


class RMSNorm(nn.Module):
    def __init__(self, width, eps=1e-6):
        super().__init__()
        self.weight = nn.Parameter(torch.ones(width))
        self.eps = eps

    def forward(self, x):
        return x * torch.rsqrt(x.pow(2).mean(-1, keepdim=True) + self.eps) * self.weight


class BitLinear(nn.Module):
    """Own norm, int8 per token, ternary weights by their absolute mean (arXiv 2402.17764)."""

    def __init__(self, inputs, outputs):
        super().__init__()
        self.weight = nn.Parameter(torch.empty(outputs, inputs))
        self.norm = RMSNorm(inputs)

    def forward(self, x):
        x = self.norm(x)
        scale = 127 / x.abs().amax(-1, keepdim=True).clamp(min=1e-5)
        x = (x * scale).round().clamp(-128, 127) / scale
        mean = self.weight.abs().mean().clamp(min=1e-5)
        return F.linear(x, (self.weight / mean).round().clamp(-1, 1) * mean)


class HgrnBitAttention(nn.Module):
    def __init__(self, d):
        super().__init__()
        self.i_proj = BitLinear(d, d)
        self.f_proj = BitLinear(d, d)
        self.g_proj = BitLinear(d, d)
        self.g_norm = RMSNorm(d)
        self.o_proj = BitLinear(d, d)

    def forward(self, x, state, lower_bound):
        i, f = self.i_proj(x), self.f_proj(x)
        f = torch.sigmoid(f)
        if lower_bound is not None:
            f = lower_bound + (1 - lower_bound) * f
        i = F.silu(i) * (1 - f)
        state = f * state + i
        g = self.g_norm(self.g_proj(x))
        return self.o_proj(g * F.silu(state)), state


class HgrnBitMlp(nn.Module):
    def __init__(self, d, n):
        super().__init__()
        self.gate_proj = BitLinear(d, 2 * n)
        self.down_proj = BitLinear(n, d)

    def forward(self, x):
        gate, up = self.gate_proj(x).chunk(2, -1)
        return self.down_proj(F.silu(gate) * up)


class HgrnBitBlock(nn.Module):
    def __init__(self, d, n):
        super().__init__()
        self.attn_norm = RMSNorm(d)
        self.attn = HgrnBitAttention(d)
        self.mlp_norm = RMSNorm(d)
        self.mlp = HgrnBitMlp(d, n)

    def forward(self, x, state, lower_bound):
        y, state = self.attn(self.attn_norm(x), state, lower_bound)
        x = x + y
        return x + self.mlp(self.mlp_norm(x)), state


class HgrnBit(nn.Module):
    def __init__(self, config):
        super().__init__()
        d, layers = config['hidden_size'], config['num_hidden_layers']
        n = config.get('intermediate_size') or -(-int(d * config.get('hidden_ratio', 4) * 2 / 3)
                                                 // 256) * 256
        self.width = d
        self.model = nn.Module()
        self.model.embeddings = nn.Embedding(config['vocab_size'], d)
        self.model.lower_bounds = nn.Parameter(torch.zeros(layers, d))
        self.model.layers = nn.ModuleList(HgrnBitBlock(d, n) for _ in range(layers))
        self.model.norm = RMSNorm(d)
        self.lm_head = BitLinear(d, config['vocab_size'])

    def first_state(self):
        return [torch.zeros(1, 1, self.width) for _ in self.model.layers]

    def forward(self, input_ids, past_key_values=None):
        states = past_key_values or self.first_state()
        bounds = self.model.lower_bounds.softmax(0).cumsum(0)
        bounds = bounds - bounds[0]
        x = self.model.embeddings(input_ids)
        after = []
        for k, layer in enumerate(self.model.layers):
            x, state = layer(x, states[k], bounds[k] if k else None)
            after.append(state)
        return Output(self.lm_head(self.model.norm(x)), after)


def rotate(x, cos, sin):
    half = x.shape[-1] // 2
    return x * cos + torch.cat([-x[..., half:], x[..., :half]], -1) * sin


class LlamaAttention(nn.Module):
    def __init__(self, config):
        super().__init__()
        d = config['hidden_size']
        self.heads = config['num_attention_heads']
        self.kv_heads = config.get('num_key_value_heads') or self.heads
        self.width = config.get('head_dim') or d // self.heads
        bias = config.get('attention_bias', config['model_type'] == 'qwen2')
        self.q_proj = nn.Linear(d, self.heads * self.width, bias)
        self.k_proj = nn.Linear(d, self.kv_heads * self.width, bias)
        self.v_proj = nn.Linear(d, self.kv_heads * self.width, bias)
        self.o_proj = nn.Linear(self.heads * self.width, d, False)

    def forward(self, x, cache, cos, sin):
        q, k, v = self.q_proj(x), self.k_proj(x), self.v_proj(x)
        q = rotate(q.view(1, self.heads, 1, self.width), cos, sin)
        k = rotate(k.view(1, self.kv_heads, 1, self.width), cos, sin)
        v = v.view(1, self.kv_heads, 1, self.width)
        if cache is not None:
            k, v = torch.cat([cache[0], k], 2), torch.cat([cache[1], v], 2)
        cache = k, v
        groups = self.heads // self.kv_heads
        if groups > 1:
            k, v = (t.repeat_interleave(groups, 1) for t in cache)
        p = torch.softmax(q @ k.transpose(2, 3) / self.width**0.5, -1)
        return self.o_proj((p @ v).transpose(1, 2).reshape(1, 1, -1)), cache


class LlamaMlp(nn.Module):
    def __init__(self, d, n):
        super().__init__()
        self.gate_proj = nn.Linear(d, n, False)
        self.up_proj = nn.Linear(d, n, False)
        self.down_proj = nn.Linear(n, d, False)

    def forward(self, x):
        gate = self.gate_proj(x)
        return self.down_proj(F.silu(gate) * self.up_proj(x))


class LlamaBlock(nn.Module):
    def __init__(self, config):
        super().__init__()
        d = config['hidden_size']
        self.input_layernorm = RMSNorm(d)
        self.self_attn = LlamaAttention(config)
        self.post_attention_layernorm = RMSNorm(d)
        self.mlp = LlamaMlp(d, config['intermediate_size'])

    def forward(self, x, cache, cos, sin):
        y, cache = self.self_attn(self.input_layernorm(x), cache, cos, sin)
        x = x + y
        return x + self.mlp(self.post_attention_layernorm(x)), cache


class Llama(nn.Module):
    def __init__(self, config):
        super().__init__()
        d = config['hidden_size']
        self.theta = config.get('rope_theta', 10000.0)
        self.head = config.get('head_dim') or d // config['num_attention_heads']
        self.model = nn.Module()
        self.model.embed_tokens = nn.Embedding(config['vocab_size'], d)
        self.model.layers = nn.ModuleList(LlamaBlock(config)
                                          for _ in range(config['num_hidden_layers']))
        self.model.norm = RMSNorm(d)
        self.lm_head = nn.Linear(d, config['vocab_size'], False)
        if config.get('tie_word_embeddings', False):
            self.lm_head.weight = self.model.embed_tokens.weight

    def forward(self, input_ids, past_key_values=None):
        caches = past_key_values or [None] * len(self.model.layers)
        position = 0 if caches[0] is None else caches[0][0].shape[2]
        steps = torch.arange(0, self.head, 2) / self.head
        angles = (position / self.theta**steps).repeat(2)
        cos, sin = angles.cos(), angles.sin()
        x = self.model.embed_tokens(input_ids)
        after = []
        for layer, cache in zip(self.model.layers, caches):
            x, cache = layer(x, cache, cos, sin)
            after.append(cache)
        return Output(self.lm_head(self.model.norm(x)), after)


FAMILIES = {'hgrn_bit': HgrnBit, 'llama': Llama, 'mistral': Llama, 'qwen2': Llama}


def build(config, seed):
    """The model of a config.json with random weights, normal with a deviation of 0.02, that half
    precision holds exactly."""
    model = FAMILIES[config['model_type']](config)
    torch.manual_seed(seed)
    with torch.no_grad():
        for parameter in model.parameters():
            if parameter.dim() > 1:
                parameter.normal_(0, 0.02)
                parameter.copy_(parameter.half())
    return model.eval()
