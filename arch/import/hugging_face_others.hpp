// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <set>
#include <string>
#include <vector>

#include "arch/base/json_keys.hpp"

// Features of a config.json that no model here has.
namespace tritsim {

/// Records that a family is not supported: with what its blocks have if it is one of transformers,
/// else with what it may be a misspelling of.
void refuse_family(const JsonKeys& config, const std::string& type,
                   const std::vector<std::string>& known);

/// Records keys that change the blocks of a family, or put something beside them.
void refuse_other_blocks(const JsonKeys& config, const std::set<std::string>& read = {});

}  // namespace tritsim
