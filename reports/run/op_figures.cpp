// SPDX-License-Identifier: Apache-2.0
#include "reports/run/op_figures.hpp"

#include <algorithm>
#include <map>

namespace tritsim {

void add_op(OpFigures& f, const OpCycles& op) {
  ++f.ops;
  f.instructions += op.instructions;
  f.busy += op.busy;
  f.exposed += op.exposed;
  f.longest = std::max(f.longest, op.exposed);
}

std::vector<OpFigures> group_ops(const std::vector<OpCycles>& ops,
                                 const std::function<std::string(const OpCycles&)>& key) {
  std::vector<OpFigures> out;
  std::map<std::string, std::size_t> index;
  for (const OpCycles& op : ops) {
    const auto [it, fresh] = index.try_emplace(key(op), out.size());
    if (fresh) out.push_back({it->first});
    add_op(out[it->second], op);
  }
  std::stable_sort(out.begin(), out.end(),
                   [](const OpFigures& a, const OpFigures& b) { return a.exposed > b.exposed; });
  return out;
}

std::string without_layer(const std::string& name) {
  std::string out;
  for (std::size_t i = 0; i < name.size();) {
    const std::size_t end = std::min(name.find('.', i), name.size());
    const std::string part = name.substr(i, end - i);
    const bool number = !part.empty() && part.find_first_not_of("0123456789") == std::string::npos;
    out += number ? "*" : part;
    if (end < name.size()) out += '.';
    i = end + 1;
  }
  return out;
}

std::vector<OpFigures> layer_figures(const std::vector<OpCycles>& ops) {
  std::vector<OpFigures> out;
  for (const OpCycles& op : ops) {
    if (op.layer == Op::no_layer) continue;
    const auto layer = static_cast<std::size_t>(op.layer);
    while (out.size() <= layer) out.push_back({std::to_string(out.size())});
    add_op(out[layer], op);
  }
  return out;
}

}  // namespace tritsim
