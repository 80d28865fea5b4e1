// SPDX-License-Identifier: Apache-2.0
#include "arch/workload/model.hpp"

#include <stdexcept>

#include <fmt/format.h>

namespace tritsim {

std::uint64_t ModelSpec::block_weights() const {
  const std::uint64_t d = hidden;
  if (!transformer) return 4 * d * d + 3 * d * intermediate;
  const std::uint64_t matrices = transformer->mlp == Mlp::gelu ? 2 : 3;
  return 2 * d * query_width() + 2 * d * kv_width() + matrices * d * intermediate;
}

std::uint64_t ModelSpec::parameters() const {
  if (!transformer) throw std::logic_error("parameters() is for transformers");
  const TransformerSpec& t = *transformer;
  const std::uint64_t d = hidden;
  const std::uint64_t norm = t.norm == Norm::layer_norm ? 2 * d : d;  // weight and bias, or weight
  const std::uint64_t sub_norms = t.sub_norms ? query_width() + intermediate : 0;
  const std::uint64_t inner = (t.mlp == Mlp::gelu ? 1U : 2U) * std::uint64_t{intermediate};
  const std::uint64_t qkv = query_width() + 2 * std::uint64_t{kv_width()};
  const std::uint64_t biases = t.bias ? qkv + 2 * d + inner : t.qkv_bias ? qkv : 0;
  const std::uint64_t table = d * vocabulary;
  return layers * (block_weights() + 2 * norm + sub_norms + biases) + norm +
         (t.tied ? table : 2 * table) + d * t.positions;
}

void ModelSpec::check(Checker& c) const {
  const bool wanted = family == ModelFamily::transformer;
  if (wanted != transformer.has_value()) {
    c.fail("transformer",
           wanted ? "is missing from a model of family 'transformer'"
                  : fmt::format("is given for a model of family '{}'", name_of(family)),
           wanted ? "give its heads and formats" : "remove it, or write 'family: transformer'");
  }
  if (!transformer) return;
  if (transformer->head_width == 0 && hidden % transformer->heads != 0) {
    c.fail("transformer.heads",
           fmt::format("{} heads do not divide {} channels", transformer->heads, hidden),
           "give a divisor of hidden, or 'head_width'");
  }
  constexpr std::uint64_t widest = 1 << 26;
  if (const std::uint64_t wide = std::uint64_t{transformer->heads} * transformer->head_width;
      wide > widest) {
    c.fail("transformer.head_width",
           fmt::format("{} heads of {} channels have {}", transformer->heads,
                       transformer->head_width, wide),
           fmt::format("queries have at most {} channels", widest));
  }
  if (transformer->heads % transformer->kv_heads != 0) {
    c.fail("transformer.kv_heads",
           fmt::format("{} query heads cannot share {} key and value heads evenly",
                       transformer->heads, transformer->kv_heads),
           "give a divisor of heads");
  }
}

}  // namespace tritsim
