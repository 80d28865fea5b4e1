# SPDX-License-Identifier: Apache-2.0
# Files as text in the program. Included, it defines tritsim_embed; as a script (cmake -P) it writes
# the source file of one text.

if(CMAKE_SCRIPT_MODE_FILE)
  file(READ "${FROM}" text)
  get_filename_component(name "${FROM}" NAME)
  file(WRITE "${TO}" "// ${name}, generated\n#include \"${HEADER}\"\n\nnamespace tritsim {\n\n"
                     "const std::string_view ${SYMBOL} = R\"embedded(")
  file(APPEND "${TO}" "${text}")
  file(APPEND "${TO}" ")embedded\";\n\n}  // namespace tritsim\n")
  return()
endif()

# tritsim_embed(<layer> <header> <symbol>=<file>...)
# Defines the std::string_view constants that the header declares.
function(tritsim_embed layer header)
  foreach(text IN LISTS ARGN)
    string(REGEX MATCH "^([a-z0-9_]+)=(.+)$" matched "${text}")
    set(symbol "${CMAKE_MATCH_1}")
    set(file "${PROJECT_SOURCE_DIR}/${CMAKE_MATCH_2}")
    set(source "${TRITSIM_GENERATED_DIR}/embedded/${symbol}.cpp")
    add_custom_command(
      OUTPUT "${source}"
      COMMAND "${CMAKE_COMMAND}" "-DFROM=${file}" "-DTO=${source}" "-DSYMBOL=${symbol}"
              "-DHEADER=${header}" -P "${PROJECT_SOURCE_DIR}/cmake/Embed.cmake"
      DEPENDS "${file}" "${PROJECT_SOURCE_DIR}/cmake/Embed.cmake"
      VERBATIM)
    target_sources(tritsim_${layer} PRIVATE "${source}")
  endforeach()
endfunction()
