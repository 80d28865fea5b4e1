// SPDX-License-Identifier: Apache-2.0
#include "reports/run/trace_structure.hpp"

#include <algorithm>
#include <map>
#include <optional>

#include <fmt/format.h>

#include "arch/base/problems.hpp"
#include "reports/text/number.hpp"

namespace tritsim {
namespace {

constexpr std::size_t most_pairs = 100'000'000;  ///< of ops that an alignment compares

/// An op of either trace, as the comparison sees it.
struct Item {
  const Op* op = nullptr;
  std::string what;   ///< kind, shapes, format of weights
  std::size_t place;  ///< in its block, from 1
  std::optional<std::size_t> partner;
};

using Block = std::vector<std::size_t>;  ///< indices of items

struct Side {
  Trace trace;
  std::vector<Item> items;
  std::map<std::int32_t, Block> blocks;
  std::vector<std::pair<std::size_t, std::size_t>> made_by;  ///< of a value: item and output

  explicit Side(const TraceFile& file) : trace(file.trace()), made_by(trace.values.size()) {
    for (std::size_t i = 0; i < trace.ops.size(); ++i) {
      const Op& op = trace.ops[i];
      Block& block = blocks[op.layer];
      block.push_back(i);
      items.push_back({&op, text_of(op), block.size(), {}});
      for (std::size_t k = 0; k < op.outputs.size(); ++k) made_by[op.outputs[k]] = {i, k};
    }
  }

  [[nodiscard]] std::string text_of(const Op& op) const {
    const auto sizes = [&](const std::vector<ValueId>& values) {
      std::vector<std::uint32_t> out;
      for (const ValueId v : values) out.push_back(trace.elements(v));
      return fmt::format("{}", fmt::join(out, ", "));
    };
    std::string text =
        fmt::format("{} ({}) -> ({})", name_of(op.kind), sizes(op.inputs), sizes(op.outputs));
    if (op.weights) text += fmt::format(" {}", name_of(op.weights->format));
    if (op.attention) {
      text += fmt::format(" {} heads, {} shared, {} positions", op.attention->heads,
                          op.attention->kv_heads, op.attention->context);
    }
    return text;
  }
};

/// Pairs the items of two blocks: the longest common subsequence first.
void align(Side& a, Side& b, const Block& left, const Block& right) {
  const std::size_t n = left.size();
  const std::size_t m = right.size();
  if (n > most_pairs / (m + 1)) {
    throw ConfigError(fmt::format("blocks of {} and {} ops are too long to be compared", n, m));
  }
  const auto same = [&](std::size_t i, std::size_t j) {
    return a.items[left[i]].what == b.items[right[j]].what;
  };
  const auto pair = [&](std::size_t i, std::size_t j) {
    a.items[left[i]].partner = right[j];
    b.items[right[j]].partner = left[i];
  };
  std::vector<std::uint32_t> length((n + 1) * (m + 1));
  const auto at = [&](std::size_t i, std::size_t j) -> std::uint32_t& {
    return length[i * (m + 1) + j];
  };
  for (std::size_t i = n; i-- > 0;) {
    for (std::size_t j = m; j-- > 0;) {
      at(i, j) = same(i, j) ? at(i + 1, j + 1) + 1 : std::max(at(i + 1, j), at(i, j + 1));
    }
  }
  for (std::size_t i = 0, j = 0; i < n && j < m;) {
    if (same(i, j)) {
      pair(i++, j++);
    } else if (at(i + 1, j) >= at(i, j + 1)) {
      ++i;
    } else {
      ++j;
    }
  }
  for (std::size_t i = 0; i < n; ++i) {
    for (std::size_t j = 0; j < m && !a.items[left[i]].partner; ++j) {
      if (!b.items[right[j]].partner && same(i, j)) pair(i, j);
    }
  }
}

/// Whether an op reads what its partner reads.
bool reads_the_same(const Side& a, const Side& b, const Item& item) {
  const Op& other = *b.items[*item.partner].op;
  std::vector<std::pair<std::size_t, std::size_t>> left;
  std::vector<std::pair<std::size_t, std::size_t>> right;
  for (const ValueId v : item.op->inputs) {
    const auto& [maker, output] = a.made_by[v];
    if (!a.items[maker].partner) return false;
    left.emplace_back(*a.items[maker].partner, output);
  }
  for (const ValueId v : other.inputs) right.push_back(b.made_by[v]);
  if (traits_of(item.op->kind).details.commutes) {
    std::sort(left.begin(), left.end());
    std::sort(right.begin(), right.end());
  }
  return left == right;
}

std::string inputs_of(const Side& side, const Op& op) {
  std::vector<std::string> names;
  for (const ValueId v : op.inputs) names.push_back(side.trace.values[v].name);
  return fmt::format("reads {}", fmt::join(names, ", "));
}

/// Ops of a block that follow an op which the other trace has after them.
void add_order(const Side& a, const Side& b, const Block& block, Table& out) {
  std::size_t furthest = 0;
  for (const std::size_t i : block) {
    const Item& item = a.items[i];
    if (!item.partner) continue;
    const Item& other = b.items[*item.partner];
    if (other.place < furthest) {
      out.rows.push_back({item.op->name, fmt::format("op {} of the block", item.place),
                          fmt::format("op {}, {}", other.place, other.op->name)});
    }
    furthest = std::max(furthest, other.place);
  }
}

}  // namespace

Table structure_table(const TraceFile& left, const TraceFile& right) {
  Side a(left);
  Side b(right);
  for (const auto& [layer, block] : a.blocks) {
    if (b.blocks.contains(layer)) align(a, b, block, b.blocks.at(layer));
  }
  Table out;
  out.columns = {{"op"}, {"left"}, {"right"}};
  for (const auto& [layer, block] : a.blocks) add_order(a, b, block, out);
  for (const Item& item : a.items) {
    if (!item.partner) {
      out.rows.push_back({item.op->name, item.what, "-"});
    } else if (!reads_the_same(a, b, item)) {
      out.rows.push_back(
          {item.op->name, inputs_of(a, *item.op), inputs_of(b, *b.items[*item.partner].op)});
    }
  }
  for (const Item& item : b.items) {
    if (!item.partner) out.rows.push_back({item.op->name, "-", item.what});
  }
  return out;
}

Table profile_table(const OperatorProfile& profile, const Trace& trace) {
  const OperatorCounts ops = operators_of(trace, profile.counts);
  std::map<Operator, std::pair<std::uint64_t, std::uint64_t>> both;
  for (const auto& [op, n] : profile.counts) both[op].first = n;
  for (const auto& [op, n] : ops) both[op].second = n;
  Table out;
  out.title = fmt::format("Operators of one token: profile and trace of {}", trace.model);
  out.columns = {{"operator"},
                 {"sizes"},
                 number_column("profile"),
                 number_column("trace"),
                 number_column("difference")};
  for (const auto& [op, n] : both) {
    const auto more = static_cast<std::int64_t>(n.first) - static_cast<std::int64_t>(n.second);
    out.rows.push_back({op.word, fmt::format("{}", fmt::join(op.sizes, " x ")),
                        std::to_string(n.first), std::to_string(n.second),
                        more == 0 ? "" : fmt::format("{:+}", more)});
  }
  out.note =
      "A bit_linear is a norm, a quantisation and a matrix, a recurrence a multiplication and an "
      "addition; products that read one vector are one matrix where the profile has it so.";
  if (!profile.unknown.empty()) {
    out.note += fmt::format(" Not mapped: {}.", fmt::join(profile.unknown, "; "));
  }
  return out;
}

std::size_t differences(const Table& profile) {
  return static_cast<std::size_t>(
      std::count_if(profile.rows.begin(), profile.rows.end(),
                    [](const std::vector<std::string>& row) { return !row.back().empty(); }));
}

}  // namespace tritsim
