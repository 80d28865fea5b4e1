// SPDX-License-Identifier: Apache-2.0
// Cores of the program's own in place of kernels: programs, whole ops, memories, figures.
#include <map>

#include <gtest/gtest.h>

#include "models/tlm/program_core.hpp"
#include "reports/run/report.hpp"
#include "sim/result/energy.hpp"
#include "sim/run/run.hpp"
#include "sim/system/system_builder.hpp"
#include "tests/sim/shipped.hpp"

namespace tritsim {
namespace {

using test::board;
using test::tiny_model;

/// Takes so many cycles for an instruction, whatever it is.
class SlowCore : public ProgramCore {
 public:
  using ProgramCore::ProgramCore;
  double cycles_each = 3;
  std::map<std::uint32_t, std::size_t> instructions;  ///< run, by step

 private:
  void run(const Program& /*program*/, InstructionRange range, std::uint32_t step) override {
    instructions[step] += range.last - range.first;
    wait_cycles(cycles_each * static_cast<double>(range.last - range.first));
  }
};

/// Moves the data of an op, one request after the other, then takes 100 cycles for it.
class BlackBox : public OpCore {
 public:
  using OpCore::OpCore;
  std::map<std::string, int> calls;
  std::uint64_t read = 0;
  std::uint64_t written = 0;

 private:
  void run_op(const OpCall& op) override {
    ++calls[op.name];
    std::vector<unsigned char> data;
    for (const DataMove& m : op.moves) {
      data.resize(m.bytes);
      (m.write ? written : read) += m.bytes;
      transfer(m.write ? tlm::TLM_WRITE_COMMAND : tlm::TLM_READ_COMMAND, m.address, data.data(),
               m.bytes);
    }
    wait_cycles(100);
  }
};

TEST(OwnCore, RunsTheProgramsOfItsDescription) {
  const BoardSpec b = board("u250_mmfree_24");
  const Result built_in = run_model(b, tiny_model(), {0, 3, 1}, {{}, Stepping::every_step});
  SystemBuilder builder(b, tiny_model(), {0, 3, 1});
  SlowCore core("own");
  const std::string name = kernel_part(built_in.kernels[0].name);
  builder.replace_core(name, core);
  const Result own = Simulation(builder).run();

  std::uint64_t instructions = 0;
  for (const OpCycles& op : built_in.kernels[0].ops) instructions += op.instructions;
  ASSERT_EQ(core.instructions.size(), 3U);
  EXPECT_EQ(core.instructions[0], instructions / 3);
  EXPECT_EQ(core.instructions[2], instructions / 3);
  EXPECT_EQ(own.kernels[0].activity.cycles, 3 * instructions);
  const std::vector<std::uint64_t> ends{instructions, 2 * instructions, 3 * instructions};
  EXPECT_EQ(own.kernels[0].step_ends, ends);
  EXPECT_GT(own.tokens_per_second().si(), 0);
}

TEST(OwnCore, DoesWholeOps) {
  const BoardSpec b = board("u250_mmfree_24");
  const Result built_in = run_model(b, tiny_model(), {0, 1, 1});
  SystemBuilder builder(b, tiny_model(), {0, 1, 1});
  BlackBox core("own");
  const std::string name = kernel_part(built_in.kernels[0].name);
  builder.replace_core(name, core);
  const Result own = Simulation(builder).run();

  // Every op that has instructions is called, and moves what the built-in core moves.
  for (const OpCycles& op : built_in.kernels[0].ops) {
    EXPECT_EQ(core.calls.contains(op.name), op.instructions > 0) << op.name;
  }
  const MemoryActivity& expected = built_in.memories[0].activity;
  EXPECT_EQ(core.read, expected.bytes_read);
  EXPECT_EQ(core.written, expected.bytes_written);
  EXPECT_EQ(own.memories[0].activity.bytes_read, expected.bytes_read);
  EXPECT_EQ(own.memories[0].activity.bytes_written, expected.bytes_written);

  // Its cycles are those of its ops.
  std::uint64_t busy = 0;
  for (const OpCycles& op : own.kernels[0].ops) {
    const bool called = core.calls.contains(op.name);
    EXPECT_GE(op.busy, called ? 100U : 0U) << op.name;
    EXPECT_EQ(op.busy, op.exposed) << op.name;
    busy += op.busy;
  }
  EXPECT_EQ(busy, own.kernels[0].activity.cycles);
  EXPECT_EQ(own.kernels[0].step_ends.size(), 1U);
}

TEST(OwnCore, IsWithoutEnergyUnlessItReports) {
  const BoardSpec b = board("u250_mmfree_24");
  const std::string name = kernel_part(run_model(b, tiny_model(), {0, 1, 1}).kernels[0].name);
  const auto run = [&](bool reports) {
    SystemBuilder builder(b, tiny_model(), {0, 1, 1});
    SlowCore core("own");
    builder.replace_core(name, core, reports);
    return Simulation(builder).run();
  };
  const Result silent = run(false);
  ASSERT_EQ(silent.without_energy(), std::vector<std::string>{name});
  const RunReport report = make_run_report(silent, price(silent));
  EXPECT_NE(report.page.notes[1].find("Energy and power do not include " + name),
            std::string::npos);
  EXPECT_TRUE(run(true).without_energy().empty());
}

TEST(OwnCore, ThatFitsNothingIsRefused) {
  SystemBuilder builder(board("u250_mmfree_24"), tiny_model(), {0, 1, 1});
  SlowCore core("own");
  builder.replace_core("kernel_of_nobody", core);
  EXPECT_THROW(builder.replace_core("kernel_of_nobody", core), std::logic_error);
  try {
    static_cast<void>(Simulation(builder).run());
    FAIL();
  } catch (const ConfigError& e) {
    EXPECT_NE(std::string(e.what()).find("kernel_of_nobody: is no kernel of this run; replace one"),
              std::string::npos)
        << e.what();
  }
}

// The host in the loop starts a core many times a token.
TEST(OwnCore, IsStartedByAHostInTheLoop) {
  const BoardSpec b = board("k26_mmfree");
  const Result built_in = run_model(b, tiny_model(1, 512), {0, 2, 1}, {{}, Stepping::every_step});
  SystemBuilder builder(b, tiny_model(1, 512), {0, 2, 1});
  SlowCore core("own");
  builder.replace_core(kernel_part(built_in.kernels[0].name), core);
  const Result own = Simulation(builder).run();
  EXPECT_EQ(own.host.launches, built_in.host.launches);
  EXPECT_EQ(own.kernels[0].step_ends.size(), 2U);
}

}  // namespace
}  // namespace tritsim
