// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "arch/base/output_file.hpp"
#include "sim/run/memory_bench.hpp"
#include "sim/run/transaction.hpp"

namespace tritsim {

/// The file of --transactions: CSV with a line for each transaction, in the order of their ends.
///   initiator,target,command,address,length,start_ns,end_ns
///   kernel_all_0.weights,memory_ddr_0,READ,0x1000,262144,2104.000,23950.375
class TransactionFile {
 public:
  /// Throws ConfigError if nothing can be written there.
  explicit TransactionFile(const std::string& path);

  void add(const Transaction& t);

  /// All that was added is in the file. Returns a line that says so. Throws ConfigError.
  [[nodiscard]] std::string commit();

 private:
  OutputFile file_;
  std::uint64_t count_ = 0;
};

/// Reads such a file back as requests to one memory: those to `target`, or to the only memory of
/// the file if it is empty. A transaction is cut into requests of `request_bytes`, from its address
/// rounded down; they arrive evenly from its start to its end. Throws ConfigError with every line
/// that is no transaction, and if no line is of the target.
[[nodiscard]] std::vector<TimedRequest> read_transactions(const std::string& file,
                                                          const std::string& target,
                                                          std::uint64_t request_bytes);

}  // namespace tritsim
