// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <set>

#include "arch/workload/dimensions.hpp"
#include "arch/workload/trace.hpp"

namespace tritsim {

/// Makes the ops of a model out of its blocks. Faults go to a checker, by the key they are at; they
/// end the model after the block that has them.
class Expander {
 public:
  Expander(const ModelSpec& model, std::uint32_t context, Checker& faults)
      : model_(model), context_(context), faults_(faults) {}

  /// False if there was a fault.
  bool run();

  [[nodiscard]] Trace& trace() { return trace_; }

  /// Of each op of the trace.
  [[nodiscard]] const std::vector<OpStorage>& storage() const { return storage_; }

 private:
  using Results = std::vector<ValueId>;

  /// Where ops are put: the names of a block's results, and what theirs begin with.
  struct Frame {
    std::string place;   ///< path of the keys of the list of ops
    std::string prefix;  ///< of names in the trace
    std::int32_t layer = Op::no_layer;
    int depth = 0;  ///< blocks that use it
    std::map<std::string, Results> results{};
    std::set<std::string> counted{};  ///< names of entries that count
    Results last{};
  };

  /// An entry on its way into the trace.
  struct Entry {
    const BlockOp& op;
    std::string place;
    Dimensions& dimensions;
    Results inputs{};
  };

  void fail(const std::string& key, std::string what, std::string remedy);

  void run_pattern();
  Results run_part(std::vector<BlockOp> BlockSet::*part, const char* key, const Results& inputs);
  Results run_block(const std::string& name, const std::string& place, Dimensions dimensions,
                    Frame frame, const Results& inputs);
  Results run_ops(const std::vector<BlockOp>& ops, Dimensions& dimensions, Frame& frame,
                  const Results& inputs);
  bool run_entry(Entry& entry, Frame& frame);
  Results run_use(Entry& entry, const Frame& frame);
  Results run_op(Entry& entry, const Frame& frame);
  [[nodiscard]] std::optional<Results> inputs_of(const Entry& entry, const Frame& frame);

  [[nodiscard]] std::optional<std::int64_t> value(const Entry& entry, const char* key,
                                                  const Expression& expression);
  [[nodiscard]] std::uint32_t count(const Entry& entry, const char* key,
                                    const std::optional<Expression>& expression,
                                    std::uint32_t absent);
  [[nodiscard]] const WeightSpec* format(const Entry& entry, const char* key,
                                         const std::optional<std::string>& name);
  [[nodiscard]] std::vector<std::uint32_t> widths_of(const Entry& entry);
  void check_keys(const Entry& entry);
  void check_inputs(const Entry& entry);
  std::uint32_t product_of(const Entry& entry, const char* key, std::uint64_t width,
                           std::uint64_t times);
  void set_attention(const Entry& entry, Op& op);
  void set_experts(const Entry& entry, Op& op);
  void set_state(const Entry& entry, Op& op, std::uint32_t width);
  void set_popularity(const Entry& entry, ExpertShape& experts);
  void set_custom(const Entry& entry, Op& op);
  void set_storage(const Entry& entry, const Op& op);
  void check_names();

  const ModelSpec& model_;
  std::uint32_t context_;
  Checker& faults_;
  bool failed_ = false;
  Trace trace_;
  std::vector<OpStorage> storage_;
  std::map<std::string, std::size_t> ops_;  ///< by name
};

}  // namespace tritsim
