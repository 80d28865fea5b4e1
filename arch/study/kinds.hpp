// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>
#include <type_traits>

#include "arch/board/board.hpp"
#include "arch/board/processor.hpp"
#include "arch/import/import_map.hpp"
#include "arch/study/measurement.hpp"
#include "arch/study/overlay.hpp"
#include "arch/study/sweep.hpp"
#include "arch/study/synthesis.hpp"
#include "arch/workload/model.hpp"

namespace tritsim {

/// Calls f(std::type_identity<T>{}) for every kind of configuration file, outermost first.
template <class F>
void for_each_kind(F&& f) {
  f(std::type_identity<BoardSpec>{});
  f(std::type_identity<CoreSpec>{});
  f(std::type_identity<AttachmentSpec>{});
  f(std::type_identity<MemorySpec>{});
  f(std::type_identity<DeviceSpec>{});
  f(std::type_identity<CoefficientTable>{});
  f(std::type_identity<AreaTable>{});
  f(std::type_identity<LinkSpec>{});
  f(std::type_identity<HostSpec>{});
  f(std::type_identity<ProcessorSpec>{});
  f(std::type_identity<MappingSpec>{});
  f(std::type_identity<ModelSpec>{});
  f(std::type_identity<BlockFile>{});
  f(std::type_identity<ImportMap>{});
  f(std::type_identity<MeasurementFile>{});
  f(std::type_identity<SynthesisFile>{});
  f(std::type_identity<SweepSpec>{});
  f(std::type_identity<OverlayFile>{});
}

/// The names of all kinds, "board, core, ...".
[[nodiscard]] inline std::string kind_list() {
  std::string text;
  for_each_kind([&](auto type) {
    text += (text.empty() ? "" : ", ") + std::string(decltype(type)::type::kind);
  });
  return text;
}

/// Reads a file of whatever kind it says it is; throws ConfigError with every problem. Returns the
/// kind.
[[nodiscard]] std::string check_file(const std::string& file);

/// JSON Schema of a kind, or empty if there is no such kind.
[[nodiscard]] std::string schema_text(const std::string& kind);

/// The reference of all kinds, in Markdown: what docs/configuration.md holds.
[[nodiscard]] std::string configuration_reference();

}  // namespace tritsim
