// SPDX-License-Identifier: Apache-2.0
#include "sim/study/library.hpp"

#include <filesystem>

#include "arch/base/problems.hpp"

namespace tritsim {

std::string shipped_configs() {
  namespace fs = std::filesystem;
  std::error_code none;
  const fs::path program = fs::read_symlink("/proc/self/exe", none).parent_path();
  for (const fs::path& place :
       {fs::path("configs"), program / "../share/tritsim/configs", program / "../../configs"}) {
    if (fs::is_directory(place / "measurements", none)) return place.lexically_normal().string();
  }
  throw ConfigError(
      "the shipped descriptions are neither in ./configs nor beside the program; name files, or "
      "start the program where configs/ is");
}

}  // namespace tritsim
