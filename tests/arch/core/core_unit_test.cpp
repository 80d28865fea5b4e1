// SPDX-License-Identifier: Apache-2.0
#include "arch/core/core_unit.hpp"

#include <set>
#include <string>

#include <gtest/gtest.h>

#include "arch/core/opcode.hpp"

namespace tritsim {
namespace {

TEST(CoreUnits, EachCauseHasAKeyANameAndAColourOfItsOwn) {
  std::set<std::string> keys;
  std::set<std::string> names;
  std::set<int> colours{8};  // of an idle kernel
  for (const CycleCauseRow& row : cycle_causes) {
    EXPECT_TRUE(keys.insert(row.key).second) << row.key;
    EXPECT_TRUE(names.insert(row.name).second) << row.name;
    EXPECT_TRUE(colours.insert(row.colour).second) << row.key;
  }
}

TEST(CoreUnits, CausesBelongToOneUnitOrNone) {
  for (const CycleCauseRow& cause : cycle_causes) {
    int units = 0;
    for (const CoreUnitRow& u : core_units) {
      units += u.works == cause.id || u.waits == cause.id || u.moves == cause.id;
    }
    const bool of_none = cause.id == CycleCause::pipeline || cause.id == CycleCause::issue;
    EXPECT_EQ(units, of_none ? 0 : 1) << cause.key;
    EXPECT_EQ(unit_of(cause.id) == nullptr, of_none) << cause.key;
  }
}

TEST(CoreUnits, EveryUnitHasInstructions) {
  for (const CoreUnitRow& u : core_units) {
    EXPECT_TRUE(any_opcode(u.id, [](Opcode) { return true; })) << u.key;
  }
}

TEST(Opcodes, ACycleIsSpentOnWhatItsInstructionDoes) {
  EXPECT_EQ(cause_of(Opcode::go), CycleCause::matrix);
  EXPECT_EQ(cause_of(Opcode::import_vector), CycleCause::matrix_vectors);
  EXPECT_EQ(cause_of(Opcode::append), CycleCause::load_store);
  EXPECT_EQ(cause_of(Opcode::softmax), CycleCause::attention);
  EXPECT_EQ(cause_of(Opcode::gather), CycleCause::exchange);
}

TEST(Opcodes, EachUsesTheChannelOfItsData) {
  const auto channel = [](Opcode op) { return channel_of(op, 'v', 'w', 'c'); };
  for (const Opcode op : {Opcode::ldv, Opcode::sv}) EXPECT_EQ(channel(op), 'v');
  for (const Opcode op : {Opcode::go, Opcode::tmatmul}) EXPECT_EQ(channel(op), 'w');
  for (const Opcode op : {Opcode::append, Opcode::scores, Opcode::values}) {
    EXPECT_EQ(channel(op), 'c');
  }
}

TEST(Opcodes, StoresAndAppendsWrite) {
  for (const OpcodeRow& row : opcodes) {
    const bool writes = row.id == Opcode::sv || row.id == Opcode::append;
    EXPECT_EQ(writes_memory(row.id), writes) << row.key;
    if (row.data == Symbol::Kind::cache) {
      EXPECT_TRUE(row.grows) << row.key;
    }
  }
}

}  // namespace
}  // namespace tritsim
