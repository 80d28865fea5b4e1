// SPDX-License-Identifier: Apache-2.0
#include "arch/workload/partition.hpp"

#include <algorithm>
#include <limits>
#include <optional>
#include <set>

#include <fmt/format.h>

namespace tritsim {
namespace {

/// Makes the trace of one kernel of a tensor-parallel group.
class Sharding {
 public:
  /// How the kernels bring together what each of them has.
  enum class Exchange : std::uint8_t {
    shards,  ///< all_gather alone
    sums,    ///< all_reduce as well
  };

  Sharding(const Trace& trace, const MappingSpec& mapping, std::uint32_t n, Exchange exchange,
           Problems& problems)
      : trace_(trace),
        mapping_(mapping),
        n_(n),
        sums_(exchange == Exchange::sums),
        problems_(problems),
        forms_(trace.values.size()) {
    out_.model = trace.model;
  }

  Trace run() {
    for (const Op& op : trace_.ops) add(op);
    if (sums_ && !trace_.ops.empty()) give_largest(trace_.ops.back());
    return std::move(out_);
  }

 private:
  /// A value as every kernel has it: whole, or its own shard of it, or both; or a vector as long as
  /// the whole, which is the sum of the kernels' vectors.
  struct Forms {
    std::optional<ValueId> whole;
    std::optional<ValueId> shard;
    std::optional<ValueId> part;
  };

  ValueId make(std::string name, std::uint32_t elements) {
    out_.values.push_back({std::move(name), elements});
    return static_cast<ValueId>(out_.values.size() - 1);
  }

  /// The whole value, gathered for `reader` if there are only shards. Where the host does that, it
  /// reads the shards in place.
  ValueId whole(ValueId v, const Op& reader) {
    Forms& f = forms_[v];
    if (!f.whole && mapping_.host_gathers()) {
      f.whole = make(trace_.values[v].name + ".whole", trace_.elements(v));
    } else if (!f.whole && f.part) {
      f.whole = exchange(OpKind::all_reduce, trace_.values[v].name + ".sum", reader.layer, *f.part,
                         trace_.elements(v));
    } else if (!f.whole) {
      const std::string& name = reader.inputs.size() > 1 ? trace_.values[v].name : reader.name;
      f.whole = exchange(OpKind::all_gather, name + ".gather", reader.layer, *f.shard,
                         trace_.elements(v));
    }
    return *f.whole;
  }

  ValueId exchange(OpKind kind, std::string name, std::int32_t layer, ValueId input,
                   std::uint32_t elements) {
    Op op;
    op.kind = kind;
    op.layer = layer;
    op.inputs = {input};
    op.outputs = {make(name, elements)};
    op.name = std::move(name);
    return out_.ops.emplace_back(std::move(op)).outputs.front();
  }

  /// The form that is there; of a value with both the shard.
  ValueId any(ValueId v) const { return forms_[v].shard ? *forms_[v].shard : *forms_[v].whole; }

  [[nodiscard]] bool all_whole(const Op& op) const {
    return std::all_of(op.inputs.begin(), op.inputs.end(),
                       [&](ValueId v) { return forms_[v].whole.has_value(); });
  }

  /// What the outputs of an op are.
  enum class Made : std::uint8_t { whole, shard, part };

  /// Whether an input is there as shards that nobody has brought together.
  [[nodiscard]] bool is_apart(ValueId v) const { return forms_[v].shard && !forms_[v].whole; }

  [[nodiscard]] bool is_part(ValueId v) const { return forms_[v].part && !forms_[v].whole; }

  /// Every card has the inputs of its shard of a matrix, or its shard of a vector that is normed.
  std::optional<Made> split_with_sums(const Op& op, Op& next) {
    const ValueId first = op.inputs.empty() ? ValueId{} : op.inputs.front();
    const OpTraits& traits = traits_of(op.kind);
    if (op.kind == OpKind::combine && is_part(first)) {
      next.inputs = {*forms_[first].part, whole(op.inputs[1], op)};
      return Made::part;
    }
    const bool norm = traits.gpu == GpuRule::norm && traits.split == SplitRule::whole;
    const bool matrix = is_matrix(op.kind) && traits.split == SplitRule::outputs;
    if ((!norm && !matrix) || !is_apart(first)) return {};
    if (norm || traits.details.normalises_input) {
      exchange(OpKind::all_reduce, op.name + ".statistic", op.layer, *forms_[first].shard, 1);
    }
    next.inputs.front() = *forms_[first].shard;
    for (std::size_t i = 1; i < op.inputs.size(); ++i) next.inputs[i] = whole(op.inputs[i], op);
    return norm ? Made::shard : Made::part;
  }

  /// Every card gives the largest of its logits, and which it is.
  void give_largest(const Op& last) {
    const ValueId logits = last.outputs.front();
    if (is_apart(logits)) {
      exchange(OpKind::all_gather, last.name + ".largest", last.layer, *forms_[logits].shard, 2);
    } else if (is_part(logits)) {
      whole(logits, last);
    }
  }

  /// What the kind's rule makes of the inputs of an op on the core. True: its outputs are shards.
  bool split(const Op& op, Op& next) {
    bool cut = false;
    for (const ValueId v : op.inputs) {
      if (is_part(v)) whole(v, op);
    }
    // Kernels that only the host connects share products; plan_system() refuses all else there.
    const SplitRule rule = mapping_.host_gathers() && !is_matrix(op.kind)
                               ? SplitRule::whole
                               : traits_of(op.kind).split;
    switch (rule) {
      case SplitRule::none:
        problems_.add(
            {}, op.name,
            fmt::format("is of kind '{}', which a tensor-parallel group cannot share",
                        name_of(op.kind)),
            sums_ ? "take it out of the trace, or set cards to 1"
                  : "take it out of the trace, map it to the host, or set mapping.parallel.tensor "
                    "to 1");
        [[fallthrough]];
      case SplitRule::whole:
      case SplitRule::outputs:
        for (ValueId& v : next.inputs) v = whole(v, op);
        cut = rule == SplitRule::outputs;
        break;
      case SplitRule::heads:
        cut = heads_are_apart(op) && cut_heads(next);
        for (std::size_t i = 0; i < op.inputs.size(); ++i) {
          const ValueId v = op.inputs[i];
          next.inputs[i] = cut && !all_heads_read(op, i) ? *forms_[v].shard : whole(v, op);
        }
        break;
      case SplitRule::element_wise:
        cut = !all_whole(op);
        if (cut && op.state) cut_state(next);
        for (ValueId& v : next.inputs) v = cut ? any(v) : *forms_[v].whole;
        break;
    }
    return cut;
  }

  void add(const Op& op) {
    const Target target = mapping_.placement_of(op).target;
    Op next = op;
    Made made_as = Made::whole;
    if (target == Target::excluded) {
      for (ValueId& v : next.inputs) v = any(v);
    } else if (target == Target::host) {
      for (ValueId& v : next.inputs) v = whole(v, op);
    } else if (const auto sums = sums_ ? split_with_sums(op, next) : std::nullopt) {
      made_as = *sums;
    } else if (split(op, next)) {
      made_as = Made::shard;
    }
    const bool cut = made_as == Made::shard;
    for (ValueId& v : next.outputs) {
      const std::uint32_t elements = trace_.elements(v);
      if (cut && elements % n_ != 0) {
        refuse(op, fmt::format("makes {} elements, which {} kernels cannot share equally", elements,
                               n_));
      }
      Forms& f = forms_[v];
      const ValueId made = make(trace_.values[v].name, cut ? elements / n_ : elements);
      (cut ? f.shard : made_as == Made::part ? f.part : f.whole) = made;
      v = made;
    }
    out_.ops.push_back(std::move(next));
  }

  /// Whether all heads of an op read the whole of an input: the latent vector and its rotary key;
  /// query and key of a scan whose state has all of their channels for each of the value's.
  [[nodiscard]] bool all_heads_read(const Op& op, std::size_t input) const {
    if (op.kind == OpKind::latent_attention) return input >= op.queries();
    return input < 2 && op.state &&
           op.state->elements ==
               std::uint64_t{trace_.elements(op.inputs[0])} * trace_.elements(op.inputs[2]);
  }

  [[nodiscard]] bool heads_are_apart(const Op& op) const {
    for (std::size_t i = 0; i < op.inputs.size(); ++i) {
      if (!all_heads_read(op, i) && !forms_[op.inputs[i]].shard) return false;
    }
    return true;
  }

  bool cut_heads(Op& op) {
    if (op.state) return cut_state(op);
    if (op.experts) return cut_blocks(op);
    AttentionShape& a = *op.attention;
    const bool latent = op.kind == OpKind::latent_attention;
    if (a.heads % n_ != 0 || (!latent && a.kv_heads % n_ != 0)) {
      refuse(op, fmt::format("has {} heads on {} of keys and values, which {} kernels cannot share "
                             "equally",
                             a.heads, a.kv_heads, n_));
    }
    a.heads = std::max(a.heads / n_, 1U);
    a.kv_heads = std::max(a.kv_heads / n_, 1U);
    return true;
  }

  /// Blocks of a head_linear.
  bool cut_blocks(Op& op) {
    ExpertShape& e = *op.experts;
    if (e.count % n_ != 0) {
      refuse(op, fmt::format("has {} heads, which {} kernels cannot share equally", e.count, n_));
    }
    e.count = e.chosen = std::max(e.count / n_, 1U);
    return true;
  }

  bool cut_state(Op& op) {
    StateShape& s = *op.state;
    if (s.elements % n_ != 0) {
      refuse(op, fmt::format("keeps {} numbers, which {} kernels cannot share equally", s.elements,
                             n_));
    }
    s.elements = std::max<std::uint64_t>(s.elements / n_, 1);
    return true;
  }

  /// Ops with the same problem share one message.
  void refuse(const Op& op, const std::string& what) {
    if (!refused_.insert(what).second) return;
    problems_.add({}, op.name, what,
                  sums_ ? "give cards a number that divides it"
                        : "give mapping.parallel.tensor a number that divides it, or map the op to "
                          "the host");
  }

  const Trace& trace_;
  const MappingSpec& mapping_;
  std::uint32_t n_;
  bool sums_;  ///< Exchange::sums
  Problems& problems_;
  Trace out_;
  std::vector<Forms> forms_;
  std::set<std::string> refused_;
};

/// A run of ops with one block, or none.
struct Block {
  std::size_t first = 0;
  double bytes = 0;
};

}  // namespace

Trace shard(const Trace& trace, const MappingSpec& mapping, std::uint32_t n, Problems& problems) {
  if (n <= 1) return trace;
  return Sharding(trace, mapping, n, Sharding::Exchange::shards, problems).run();
}

Trace shard_with_sums(const Trace& trace, std::uint32_t n, Problems& problems) {
  if (n <= 1) return trace;
  MappingSpec
      all;  // of a processor: every op but the look-up of the embedding, which is on no card
  all.lm_head = Target::core;
  return Sharding(trace, all, n, Sharding::Exchange::sums, problems).run();
}

std::vector<OpRange> stages(const Trace& trace, const MappingSpec& mapping, std::uint32_t n,
                            Problems& problems) {
  if (n <= 1) return {{0, trace.ops.size()}};
  std::vector<Block> blocks;
  double before = 0;  // bytes ahead of the first block
  std::int32_t layer = Op::no_layer;
  for (std::size_t i = 0; i < trace.ops.size(); ++i) {
    const Op& op = trace.ops[i];
    if (op.layer != Op::no_layer && op.layer != layer) {
      blocks.push_back({blocks.empty() ? 0 : i, before});
      before = 0;
      layer = op.layer;
    }
    if (mapping.placement_of(op).target != Target::core) continue;
    (blocks.empty() ? before : blocks.back().bytes) += trace.all_weight_bytes(op).si();
  }
  if (blocks.size() < n) {
    problems.add({}, "mapping.parallel.pipeline",
                 fmt::format("'{}' has {} blocks for {} stages", trace.model, blocks.size(), n),
                 fmt::format("give {} stages at most", blocks.size()));
    return {{0, trace.ops.size()}};
  }
  // most[k][i]: bytes of the fullest of k + 1 stages with the first i blocks; cut[k][i]: where the
  // last of them begins.
  const std::size_t count = blocks.size();
  std::vector<double> sum(count + 1, 0);
  for (std::size_t i = 0; i < count; ++i) sum[i + 1] = sum[i] + blocks[i].bytes;
  std::vector<std::vector<double>> most(n, std::vector<double>(count + 1));
  std::vector<std::vector<std::size_t>> cut(n, std::vector<std::size_t>(count + 1, 0));
  most[0] = sum;
  for (std::size_t k = 1; k < n; ++k) {
    for (std::size_t i = k + 1; i <= count; ++i) {
      most[k][i] = std::numeric_limits<double>::infinity();
      for (std::size_t j = k; j < i; ++j) {
        const double fullest = std::max(most[k - 1][j], sum[i] - sum[j]);
        if (fullest < most[k][i]) {
          most[k][i] = fullest;
          cut[k][i] = j;
        }
      }
    }
  }
  std::vector<OpRange> out(n);
  std::size_t end = count;
  std::size_t last = trace.ops.size();
  for (std::size_t k = n; k-- > 0;) {
    end = cut[k][end];
    out[k] = {blocks[end].first, last};
    last = out[k].first;
  }
  return out;
}

std::vector<ValueId> handed_on(const Trace& trace, const MappingSpec& mapping, OpRange range) {
  std::set<ValueId> made;
  std::set<ValueId> read;
  for (std::size_t i = range.first; i < trace.ops.size(); ++i) {
    const Op& op = trace.ops[i];
    if (mapping.placement_of(op).target != Target::core) continue;
    if (i < range.last) {
      made.insert(op.outputs.begin(), op.outputs.end());
    } else {
      for (const ValueId v : op.inputs) {
        if (made.contains(v)) read.insert(v);
      }
    }
  }
  return {read.begin(), read.end()};
}

}  // namespace tritsim
