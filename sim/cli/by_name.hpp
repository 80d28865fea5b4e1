// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include <CLI/CLI.hpp>

#include "arch/base/problems.hpp"
#include "arch/study/library.hpp"

namespace tritsim {

/// Takes a file, or the name of a description of one of the `kinds`, and makes it a file. For
/// Option::transform.
[[nodiscard]] inline CLI::Validator by_name(std::vector<std::string_view> kinds) {
  return {[kinds = std::move(kinds)](std::string& text) -> std::string {
            try {
              text = Library::of_environment().find(text, kinds);
              return {};
            } catch (const ConfigError& e) {
              return e.what();
            }
          },
          ""};
}

}  // namespace tritsim
