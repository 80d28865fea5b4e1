# SPDX-License-Identifier: Apache-2.0
# cmake -DFILES=list.txt -DROOT=dir -DHEADER=out.hpp -P BuildId.cmake: writes the digest of the files
# that are listed one a line, relative to the root.
cmake_minimum_required(VERSION 3.25)
file(STRINGS "${FILES}" names)
set(all "")
foreach(name IN LISTS names)
  file(SHA256 "${ROOT}/${name}" digest)
  string(APPEND all "${name} ${digest}\n")
endforeach()
string(SHA256 id "${all}")
string(SUBSTRING "${id}" 0 12 id)
file(CONFIGURE OUTPUT "${HEADER}" @ONLY CONTENT "// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string_view>

namespace tritsim {

inline constexpr std::string_view generated_build_id = \"@id@\";

}  // namespace tritsim
")
