// SPDX-License-Identifier: Apache-2.0
#include <algorithm>

#include <boost/algorithm/string.hpp>
#include <gtest/gtest.h>

#include "arch/base/json.hpp"
#include "reports/run/map_report.hpp"
#include "reports/run/report.hpp"
#include "sim/plan/explain.hpp"
#include "sim/result/energy.hpp"
#include "sim/run/run.hpp"
#include "tests/sim/shipped.hpp"
#include "tests/support/files.hpp"

namespace tritsim::test {
namespace {

/// Shipped boards without a ternary unit.
std::vector<BoardSpec> dense_boards() {
  std::vector<BoardSpec> boards;
  for (const std::string& name : board_names()) {
    BoardSpec b = board(name);
    const bool adds = std::any_of(b.cores.begin(), b.cores.end(),
                                  [](const CoreGroup& g) { return g.core.ternary.has_value(); });
    if (!adds) boards.push_back(std::move(b));
  }
  return boards;
}

/// A small model with weights that the core multiplies by: a transformer, where the core has an
/// attention unit.
ModelSpec dense_model(const CoreSpec& core) {
  if (!core.attention) return tiny_model();
  ModelSpec m = model("transformer_370m_int8");
  m.set("layers", 4);
  for (const NumberFormat f : {NumberFormat::fp16, NumberFormat::int8, NumberFormat::int4}) {
    if (core.unit_for(f) == nullptr) continue;
    m.own.formats["projections"] = m.own.formats["head"] = {f};
  }
  return m;
}

void expect_no_adders(const std::string& board, std::string text) {
  boost::to_lower(text);
  for (const char* word : {"adder", "ternary addition", "ternary_vectors", "\"ternary\""}) {
    const std::size_t at = text.find(word);
    EXPECT_EQ(at, std::string::npos)
        << board << ": ..." << text.substr(at - std::min<std::size_t>(at, 60), 120) << "...";
  }
}

TEST(Dense, NoReportOfADenseBoardSpeaksOfAdders) {
  const std::vector<BoardSpec> boards = dense_boards();
  EXPECT_GE(boards.size(), 5U);
  for (const BoardSpec& b : boards) {
    const ModelSpec m = dense_model(b.cores[0].core);
    const Result result = run_model(b, m, {2, 2, 0});
    EXPECT_GT(result.kernels[0].shares[CycleCause::matrix], 0U) << b.name;
    const RunReport report = make_run_report(result, price(result));
    expect_no_adders(b.name, to_terminal(report, false));
    expect_no_adders(b.name, to_markdown(report));
    expect_no_adders(b.name, to_json(metrics(report)));
    const ModelPlacement placement = explain_mapping(b, m);
    expect_no_adders(b.name, to_terminal(placement_table(placement.kernels[0]), false));
    expect_no_adders(b.name, placement_csv(placement.kernels));
  }
}

}  // namespace
}  // namespace tritsim::test
