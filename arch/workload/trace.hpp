// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <algorithm>
#include <array>
#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "arch/base/schema.hpp"
#include "arch/workload/model.hpp"
#include "arch/workload/op_kind.hpp"
#include "arch/workload/zero_shares.hpp"

namespace tritsim {

/// What an op is to its model, where that decides something: which key of a mapping places it, and
/// whether every token of a prompt needs it.
enum class OpRole : std::uint8_t {
  inner,      ///< what the key and kind say, as for most ops
  embedding,  ///< looks up a token or its position
  lm_head,    ///< the final projection to the vocabulary, which the last token of a prompt needs
};

template <>
struct EnumNames<OpRole> {
  static constexpr std::array<std::pair<OpRole, std::string_view>, 3> names{{
      {OpRole::inner, "inner"},
      {OpRole::embedding, "embedding"},
      {OpRole::lm_head, "lm_head"},
  }};
};

/// The role of an op whose trace file does not state one: a look-up is an embedding, another op of
/// the name "lm_head" is that. A file states a role where it is another.
[[nodiscard]] OpRole implied_role(OpKind kind, std::string_view name);

/// A vector between ops: its length and a name that is unique in the trace.
struct Value {
  std::string name;
  std::uint32_t elements = 0;

  bool operator==(const Value&) const = default;

  template <class Io>
  void fields(Io& io) {
    io.required("name", name, "unique name");
    io.required("elements", elements, "length of the vector", between(1, 1 << 26));
  }
};

using ValueId = std::uint32_t;

/// Shape of an attention op.
struct AttentionShape {
  std::uint32_t heads = 1;
  std::uint32_t kv_heads = 1;
  std::uint32_t context = 1;  ///< positions attended to, the present token's included
  NumberFormat cache = NumberFormat::fp16;
  std::optional<std::uint32_t> window{};  ///< positions that are kept; none: all

  bool operator==(const AttentionShape&) const = default;

  /// Positions of the cache that are read.
  [[nodiscard]] std::uint32_t attended() const {
    return window ? std::min(context, *window) : context;
  }

  template <class Io>
  void fields(Io& io) {
    io.required("heads", heads, "query heads", any_count);
    io.required("kv_heads", kv_heads, "key and value heads", any_count);
    io.required("context", context, "positions attended to, the present token included",
                between(1, 100'000'000));
    io.optional("cache", cache, "elements of the cache");
    io.optional("window", window,
                "positions that are kept, the present token included; left out: "
                "all",
                between(1, 100'000'000));
  }
};

/// The experts of a mixture.
struct ExpertShape {
  std::uint32_t count = 1;           ///< that are stored
  std::uint32_t chosen = 1;          ///< for a token
  bool own_input = false;            ///< each has its part of the input; else all read all of it
  std::vector<double> popularity{};  ///< how often each was chosen, in any unit; empty: all equally

  bool operator==(const ExpertShape&) const = default;

  /// Distinct experts that `tokens` tokens choose, in the mean, where tokens choose independently
  /// of each other: the sum over the experts of 1 - (1 - p)^n, with p the share of the tokens that
  /// choose an expert. All equally popular: E (1 - (1 - k / E)^n).
  [[nodiscard]] double distinct(double tokens) const;

  /// What is wrong with the popularity; empty: nothing. The shares of the tokens that choose an
  /// expert sum up to `chosen`, and none is above 1.
  [[nodiscard]] std::string popularity_fault() const;

  template <class Io>
  void fields(Io& io) {
    io.required("count", count, "experts that are stored", any_count);
    io.required("chosen", chosen, "experts that a token is given to", any_count);
    io.optional("own_input", own_input, "each chosen expert reads its own part of the input");
    io.optional("popularity", popularity,
                "how often each expert was chosen, counts or shares; left out: all equally",
                between(0, 1e15));
  }
};

/// Work and traffic of a custom op, for one token of one sequence.
struct CustomShape {
  std::uint64_t adds = 0;
  std::uint64_t multiplies = 0;
  std::uint64_t reads = 0;    ///< bytes from memory, besides its inputs
  std::uint64_t writes = 0;   ///< bytes to memory, besides its result
  std::uint32_t passes = 1;   ///< over the result, of a core or of kernels of a GPU
  std::string instruction{};  ///< that a core does a register's worth of a pass by; empty: none
  std::string task{};         ///< of the host, "custom." and a name; empty: "custom"

  bool operator==(const CustomShape&) const = default;

  [[nodiscard]] std::string host_task() const { return task.empty() ? "custom" : "custom." + task; }

  template <class Io>
  void fields(Io& io) {
    const auto any = between(0, std::uint64_t{1} << 50);
    io.optional("adds", adds, "additions", any);
    io.optional("multiplies", multiplies, "multiplications", any);
    io.optional("reads", reads, "bytes from memory, besides its inputs", any);
    io.optional("writes", writes, "bytes to memory, besides its result", any);
    io.optional("passes", passes, "passes over the result", any_count);
    io.optional("instruction", instruction, "mnemonic of what a core does it by");
    io.optional("task", task, "NAME of the host's task custom.NAME; left out: custom");
  }
};

/// What an op keeps of each sequence from one token to the next.
struct StateShape {
  std::uint64_t elements = 1;
  NumberFormat format = NumberFormat::fp32;

  bool operator==(const StateShape&) const = default;

  [[nodiscard]] Bytes bytes() const {
    return Bytes{static_cast<double>(elements) * bits_of(format) / 8};
  }

  template <class Io>
  void fields(Io& io) {
    io.required("elements", elements, "numbers that are kept", between(1, 1e12));
    io.required("format", format, "how they are stored");
  }
};

struct Op {
  /// Layer of ops outside the blocks.
  static constexpr std::int32_t no_layer = -1;

  OpKind kind = OpKind::add;
  std::string name;               ///< e.g. "layers.3.attn.f_proj"
  std::int32_t layer = no_layer;  ///< block index
  std::vector<ValueId> inputs;
  std::vector<ValueId> outputs;
  std::optional<WeightSpec> weights;        ///< of a linear
  std::optional<AttentionShape> attention;  ///< of an attention
  std::optional<ZeroShares> zeros{};        ///< of the weights; a trace file keeps its statistics
  OpRole role = OpRole::inner;
  std::optional<ExpertShape> experts{};  ///< of an expert_linear
  std::optional<StateShape> state{};     ///< of a scan or a convolution
  std::optional<CustomShape> custom{};   ///< of a custom op

  bool operator==(const Op&) const = default;

  /// Inputs of an attention before those that it caches: its query, or, of a latent attention, the
  /// part of the query for the latent vector and the part for the rotary key.
  [[nodiscard]] std::size_t queries() const { return kind == OpKind::latent_attention ? 2 : 1; }

  template <class Io>
  void fields(Io& io) {
    io.required("kind", kind, "kind of op");
    io.required("name", name, "name of the op");
    io.optional("layer", layer, "block index, -1 outside the blocks");
    io.required("inputs", inputs, "indices into the trace's values");
    io.required("outputs", outputs, "indices into the trace's values");
    io.optional("weights", weights, "how the weights of a linear are stored");
    io.optional("attention", attention, "heads and context of an attention");
    io.optional("experts", experts, "experts of an expert_linear");
    io.optional("state", state, "what a scan or a convolution keeps");
    io.optional("custom", custom, "work and traffic of a custom op");
  }
};

/// How the weights of a matrix op are stored; ternary where it does not say.
[[nodiscard]] WeightSpec stored_weights(const Op& op);

/// The ordered ops of one token of one sequence. A MatMul-free model does the same ops for every
/// token, prompt or generated; of a transformer, attention alone depends on the position.
struct Trace {
  std::string model;
  std::vector<Value> values;
  std::vector<Op> ops;

  bool operator==(const Trace&) const = default;

  [[nodiscard]] std::uint32_t elements(ValueId v) const { return values[v].elements; }

  /// Weights of a matrix op that a token is multiplied by: inputs x sum of outputs, of the chosen
  /// experts where there are some; zero for other kinds.
  [[nodiscard]] std::uint64_t weights(const Op& op) const;

  /// Elements of an attention's query.
  [[nodiscard]] std::uint64_t query_elements(const Op& op) const;

  /// The same as weights() with the experts that are not chosen.
  [[nodiscard]] std::uint64_t all_weights(const Op& op) const;

  /// What the weights of a matrix op take up that `tokens` tokens need; those of a bit_linear are
  /// packed four to a byte. Of experts those that one of the tokens chooses.
  [[nodiscard]] Bytes weight_bytes(const Op& op, double tokens = 1) const;

  /// What all its weights take up.
  [[nodiscard]] Bytes all_weight_bytes(const Op& op) const;

  /// Keys and values of one sequence that an attention op reads: those of its context.
  [[nodiscard]] Bytes cache_bytes(const Op& op) const;

  /// What a custom op reads and writes besides its inputs and its result, for one sequence.
  [[nodiscard]] Bytes custom_bytes(const Op& op) const;

  /// Elements an op works on: weights for matrix ops, multiply-adds with the cache for attention or
  /// with the state for a scan, operations of a custom op, elements of its inputs otherwise.
  [[nodiscard]] std::uint64_t work(const Op& op) const;
};

/// The same ops for a token that attends to `context` positions, its own included.
void set_context(Trace& trace, std::uint32_t context);

/// True if a token's ops depend on its position.
[[nodiscard]] bool has_attention(const Trace& trace);

/// Model description -> trace of the token at position `context - 1`. Throws ConfigError if the
/// description has faults, which one that was read from a file does not.
[[nodiscard]] Trace expand(const ModelSpec& model, std::uint32_t context = 1);

/// What is stored for an op of a model.
struct OpStorage {
  std::uint64_t parameters = 0;     ///< numbers of its own: matrix, norms, biases, table
  std::uint64_t active = 0;         ///< those that one token can use
  std::uint64_t table = 0;          ///< those of a look-up table among them
  std::optional<std::size_t> of{};  ///< the op whose numbers it uses; none: its own
};

/// A trace with what is stored for each of its ops.
struct StoredTrace {
  Trace trace;
  std::vector<OpStorage> storage;
};

[[nodiscard]] StoredTrace expand_stored(const ModelSpec& model, std::uint32_t context = 1);

}  // namespace tritsim
