// SPDX-License-Identifier: Apache-2.0
#include <sstream>

#include <gtest/gtest.h>

#include "arch/base/writer.hpp"
#include "arch/workload/trace_reader.hpp"
#include "sim/run/run.hpp"
#include "tests/sim/shipped.hpp"

namespace tritsim {
namespace {

TEST(RunTrace, AnswersAsItsModelDoes) {
  const ModelSpec model = test::tiny_model();
  std::stringstream text;
  write_trace(text, record(model, "test"));
  TraceReader reader(text, "t.trace");
  TraceFile file;
  file.header = reader.header();
  while (auto line = reader.next()) file.lines.push_back(std::move(*line));
  const BoardSpec board = test::board("u250_mmfree_48");
  const Workload workload{2, 3, 5};
  ModelSpec described = described_by(file.header.model);
  described.traced = traced_size(described, file.trace());
  Result of_trace = run_trace(board, described, file.trace(), workload);
  of_trace.model = model;
  EXPECT_EQ(of_trace, run_model(board, model, workload));
}

TEST(RunTrace, RunsTheOpsOfTheTraceNotOfTheModel) {
  const ModelSpec model = test::tiny_model();
  TraceFile file = record(model, "test");
  // The last projection of each block away, and the sums that need it.
  Trace trace = file.trace();
  const auto first = std::find_if(trace.ops.begin(), trace.ops.end(),
                                  [](const Op& op) { return op.name == "layers.1.mlp.down_proj"; });
  ASSERT_NE(first, trace.ops.end());
  trace.ops.erase(first, trace.ops.end());
  const BoardSpec board = test::board("u250_mmfree_48");
  EXPECT_LT(run_trace(board, model, trace, {0, 2, 1}).elapsed,
            run_model(board, model, {0, 2, 1}).elapsed);
}

}  // namespace
}  // namespace tritsim
