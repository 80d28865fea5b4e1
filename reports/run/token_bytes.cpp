// SPDX-License-Identifier: Apache-2.0
#include <fmt/format.h>

#include "arch/base/writer.hpp"
#include "reports/run/sections.hpp"
#include "reports/text/metric.hpp"
#include "reports/text/number.hpp"

namespace tritsim {

Table token_bytes_table(const TokenBytes& t) {
  Table table;
  table.title = "Bytes a token, by kind of block";
  table.columns = {{"blocks"},
                   number_column("number"),
                   number_column("weights of a step"),
                   number_column("of a token"),
                   number_column("cache"),
                   number_column("state"),
                   number_column("bytes a token")};
  LayerBytes all;
  all.layers = "all";
  all.count = 0;
  const auto add = [&](const LayerBytes& l, const std::string& number) {
    table.rows.push_back({l.layers, number, si(l.weights.si(), "B", 4),
                          si(l.weights.si() / t.sequences, "B", 4), si(l.cache.si(), "B", 4),
                          si(l.state.si(), "B", 4), si(t.of_token(l).si(), "B", 4)});
  };
  for (const LayerBytes& l : t.layers) {
    const bool outside = &l == &t.layers.back();
    add(l, outside ? "" : count(l.count));
    all.count += outside ? 0 : l.count;
    all.weights += l.weights;
    all.cache += l.cache;
    all.state += l.state;
  }
  add(all, count(all.count));
  table.note = fmt::format(
      "What the last step needs of what is stored, from the model alone{}. A pass over the weights "
      "is for {}. Of experts the distinct ones that a step's tokens choose, in the mean; of a "
      "cache the positions that are read; a state is read and written.",
      t.context > 0 ? fmt::format(", at a context of {}", t.context) : "",
      counted(t.sequences, "sequence"));
  return table;
}

Node token_bytes_node(const TokenBytes& t) {
  Node n;
  n.set("sequences", number_node(t.sequences));
  n.set("context", number_node(t.context));
  n.set("bytes", number_node(t.of_token().si()));
  Node layers;
  layers.kind = Node::Kind::sequence;
  for (const LayerBytes& l : t.layers) {
    Node one;
    one.set("layers", Node::of_text(l.layers));
    one.set("count", number_node(l.count));
    one.set("step_weight_bytes", number_node(l.weights.si()));
    one.set("weight_bytes", number_node(l.weights.si() / t.sequences));
    one.set("cache_bytes", number_node(l.cache.si()));
    one.set("state_bytes", number_node(l.state.si()));
    layers.items.push_back(std::move(one));
  }
  n.set("layers", std::move(layers));
  return n;
}

}  // namespace tritsim
