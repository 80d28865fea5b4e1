// SPDX-License-Identifier: Apache-2.0
#include "sim/result/processor_result.hpp"

#include <fmt/format.h>

namespace tritsim {

EnergyAccount ProcessorResult::energy() const {
  EnergyAccount account{price_processor(processor, activity())};
  if (time_ranges) account.vary(time_ranges->factors());
  return account;
}

std::string ProcessorResult::ternary_method() const {
  if (!prefill_ternary && !decode_ternary) return "";
  if (prefill_ternary && decode_ternary && prefill_ternary != decode_ternary) {
    return fmt::format("{} kernels for the prompt, {} ones for generation",
                       name_of(*prefill_ternary), name_of(*decode_ternary));
  }
  return fmt::format("{} kernels", name_of(decode_ternary ? *decode_ternary : *prefill_ternary));
}

}  // namespace tritsim
