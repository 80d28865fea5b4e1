// SPDX-License-Identifier: Apache-2.0
// What holds for the energy of whole runs.
#include "sim/result/energy.hpp"

#include <cmath>

#include <gtest/gtest.h>

#include "arch/base/writer.hpp"
#include "sim/run/run.hpp"
#include "tests/sim/shipped.hpp"

namespace tritsim {
namespace {

using test::board;

/// Dynamic energy of a component.
double dynamic(const EnergyAccount& account, const std::string& component) {
  double sum = 0;
  for (const EnergyTerm& t : account.terms) {
    if (t.component == component && !t.is_static) sum += t.energy().value.si();
  }
  return sum;
}

/// The ops of the blocks alone.
Trace blocks_of(const ModelSpec& model) {
  Trace trace = expand(model);
  std::erase_if(trace.ops, [](const Op& op) { return op.layer == Op::no_layer; });
  return trace;
}

/// The ops of `a` and then those of `b`.
Trace concatenated(const Trace& a, const Trace& b) {
  Trace all = a;
  const auto shift = static_cast<ValueId>(a.values.size());
  all.values.insert(all.values.end(), b.values.begin(), b.values.end());
  for (Op op : b.ops) {
    for (ValueId& v : op.inputs) v += shift;
    for (ValueId& v : op.outputs) v += shift;
    op.name = "second." + op.name;
    all.ops.push_back(std::move(op));
  }
  for (std::size_t i = a.values.size(); i < all.values.size(); ++i) {
    all.values[i].name = "second." + all.values[i].name;
  }
  return all;
}

TEST(RunEnergy, IsAdditiveOverConcatenatedTraces) {
  const ModelSpec small = test::tiny_model(1, 1024);
  const ModelSpec large = test::tiny_model(2, 2048);
  const BoardSpec b = board("u250_mmfree_48");
  const Workload w{0, 4, 0};
  const Trace a = blocks_of(small);
  const Trace c = blocks_of(large);
  const EnergyAccount first = price(run_trace(b, small, a, w));
  const EnergyAccount second = price(run_trace(b, large, c, w));
  const EnergyAccount both = price(run_trace(b, small, concatenated(a, c), w));
  for (const char* part : {"ternary adders", "vector units", "weight FIFO"}) {
    const double sum = dynamic(first, part) + dynamic(second, part);
    EXPECT_NEAR(dynamic(both, part), sum, 1e-9 * sum) << part;
  }
  // Registers are allotted over the whole program and rows stay open between its halves.
  const double total = first.total().value.si() + second.total().value.si();
  EXPECT_NEAR(both.total().value.si(), total, 0.01 * total);
}

TEST(RunEnergy, IsAdditiveOverSteps) {
  const BoardSpec b = board("u250_mmfree_48");
  const auto energy = [&](std::uint32_t steps) {
    return price(run_model(b, test::tiny_model(), {0, steps, 0})).total().value.si();
  };
  EXPECT_NEAR(energy(9) - energy(6), energy(6) - energy(3), 0.01 * energy(3));
}

/// Paths of all coefficients below `node`.
void coefficients_of(const Node& node, const std::string& path, std::vector<std::string>& out) {
  const auto below = [&](const std::string& key) { return path.empty() ? key : path + "." + key; };
  if (node.kind == Node::Kind::map && node.find("confidence") != nullptr &&
      node.find("value") != nullptr) {
    out.push_back(path);
  }
  for (std::size_t i = 0; i < node.items.size(); ++i) {
    coefficients_of(node.items[i], below(std::to_string(i)), out);
  }
  for (const auto& e : node.entries) coefficients_of(e.value, below(e.key), out);
}

/// The last two keys of a path.
std::string tail(const std::string& path) {
  const std::size_t last = path.rfind('.');
  const std::size_t before =
      last == std::string::npos || last == 0 ? last : path.rfind('.', last - 1);
  return before == std::string::npos ? path : path.substr(before + 1);
}

/// The text of a coefficient's high end.
std::string high_end(const Node& board, const std::string& path) {
  const Node* node = &board;
  std::size_t at = 0;
  while (at <= path.size()) {
    const std::size_t dot = std::min(path.find('.', at), path.size());
    const std::string key = path.substr(at, dot - at);
    node = node->kind == Node::Kind::sequence ? &node->items[std::stoul(key)] : node->find(key);
    at = dot + 1;
  }
  return node->find("high")->text;
}

// A coefficient that moves the energy of a run is among those that the run lists, and only those.
TEST(RunEnergy, EveryCoefficientThatMattersIsListed) {
  for (const char* name : {"u250_mmfree_48", "k26_mmfree", "d5005_mmfree"}) {
    const BoardSpec b = board(name);
    const bool one_vector = b.cores[0].core.vector_length < 1024;
    Result r = run_model(b, test::tiny_model(1, one_vector ? 128 : 1024), {0, 2, 0});
    r.zero_weights = 0.3;
    const EnergyAccount account = price(r);
    const double total = account.total().value.si();
    const Node node = Writer::write(b);
    std::vector<std::string> paths;
    coefficients_of(node, "", paths);
    EXPECT_GT(paths.size(), 8U);
    int moved = 0;
    for (const std::string& path : paths) {
      if (path.find("controller") != std::string::npos) continue;  // times: another run
      ReadContext context;
      context.overrides.push_back({path + ".value", high_end(node, path)});
      Result changed = r;
      changed.board = read_document<BoardSpec>(node, context);
      for (KernelResult& k : changed.kernels) {
        for (std::size_t g = 0; g < b.cores.size(); ++g) {
          if (k.name.rfind(b.cores[g].name, 0) == 0) k.core = changed.board.cores[g].core;
        }
      }
      const bool matters = std::fabs(price(changed).total().value.si() - total) > 1e-9 * total;
      bool listed = false;
      double swing = 0;
      for (const Sensitivity& s : account.sensitivities()) {
        if (tail(s.coefficient) == tail(path)) {
          listed = true;
          swing = std::max(swing, std::fabs(s.at_high.si()));
        }
      }
      if (matters) {
        EXPECT_TRUE(listed) << name << ": " << path;
        ++moved;
      } else if (listed) {
        EXPECT_LT(swing, 1e-6 * total) << name << ": " << path;
      }
    }
    EXPECT_GT(moved, 4) << name;
  }
}

TEST(RunEnergy, ZerosOfWeightsAndActivationsAreIndependent) {
  Result r = run_model(board("u250_mmfree_48"), test::tiny_model(), {0, 2, 0});
  const auto adders = [&](std::optional<double> weights, std::optional<double> activations) {
    r.zero_weights = weights;
    r.zero_activations = activations;
    return dynamic(price(r), "ternary adders");
  };
  const double both = adders(0.4, 0.5);
  EXPECT_NEAR(adders(0.7, {}), both, 1e-9 * both) << "a product is zero if either factor is";
  EXPECT_NEAR(adders({}, 0.7), both, 1e-9 * both);
  EXPECT_LT(adders(0.9, {}), both);
  EXPECT_NE(adders({}, {}), both);
}

}  // namespace
}  // namespace tritsim
