// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>

#include "arch/base/json_keys.hpp"
#include "arch/workload/model.hpp"

namespace tritsim {

/// The model that a config.json of family `type` describes. Records what is wrong with its keys, a
/// family that is not supported (by name, with what its blocks have that no model here has), and
/// keys that would change the blocks: none of them is ignored.
///
/// A family is one of the functions here, which check what a map cannot, or a file of
/// configs/import.
[[nodiscard]] ModelSpec read_family(const std::string& type, const JsonKeys& config);

/// Whether a file of configs/import reads the family.
[[nodiscard]] bool is_mapped(const std::string& type);

}  // namespace tritsim
